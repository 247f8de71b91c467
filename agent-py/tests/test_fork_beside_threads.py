"""A program that forks while its other threads run: the children go on as ever."""

from collector import FakeCollector

PROGRAM = """
import gc, os, threading, warnings

warnings.simplefilter("ignore")
enough = threading.Event()

def new_code():
    while not enough.is_set():
        names = {}
        exec(compile("def f(box):\\n    box[0] += 1\\nf([0])", "made.py", "exec"), names)

threads = [threading.Thread(target=new_code) for _ in range(3)]
for thread in threads:
    thread.start()
ended = []
for number in range(60):
    child = os.fork()
    if child == 0:
        if number % 2:
            gc.collect()
        else:
            exec(compile("def g(box):\\n    box[0] += 1\\ng([0])", "made.py", "exec"), {})
        os._exit(0)
    ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    if ended[-1] != 0:
        break
enough.set()
for thread in threads:
    thread.join()
print(ended.count(0), [status for status in ended if status != 0])
"""


def test_children_stop_the_world(collector: FakeCollector, agent_path: str) -> None:
    """Code that runs for the first time stops the world; a fork meanwhile leaves nothing locked in the child."""
    assert collector.output_of(agent_path, PROGRAM) == "60 []\n"
    (_, *children) = collector.wait_connections(61)
    assert len(children) == 60
