"""SimpleQueue: item by item, from the put to the get that took it."""

from collector import FakeCollector
from sync_trace import trace

MAIN = "MainThread"


def test_item_by_item(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import queue, threading
channel = name("queue", queue.SimpleQueue())
items = [token(str(n), object()) for n in range(4)]
def work():
    channel.put(items[0]); channel.put(item=items[1], block=True)
    channel.put_nowait(items[2]); channel.put_nowait(item=items[3])
thread = threading.Thread(target=work, name="worker")
thread.start(); thread.join()
assert [channel.get(), channel.get_nowait(), channel.get(timeout=5), channel.get(False)] == items
""",
    )
    posts = [("worker", "POST", "queue", str(n)) for n in range(4)]
    takes = [(MAIN, "TAKE", "queue", str(n)) for n in range(4)]
    assert run.events() == posts + takes


def test_same_object_again_and_before_there_were_threads(collector: FakeCollector, agent_path: str) -> None:
    """None three times: three posts, three takes, in the order in which they were put."""
    run = trace(
        collector,
        agent_path,
        """
import queue, threading
channel = name("queue", queue.SimpleQueue())
token("none", None)
channel.put(None)
def work():
    channel.put(None)
thread = threading.Thread(target=work, name="worker")
thread.start(); thread.join()
channel.put(None)
for _ in range(3): channel.get()
""",
    )
    events = run.events()
    assert [(e[0], e[1]) for e in events[:3]] == [(MAIN, "POST"), ("worker", "POST"), (MAIN, "POST")]
    assert events[3:] == [(MAIN, "TAKE", "queue", "none")] * 3


def test_what_fails_or_only_looks_orders_nothing(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import queue
channel = name("queue", queue.SimpleQueue())
for get in (channel.get_nowait, lambda: channel.get(timeout=0.001), lambda: channel.get(False)):
    try:
        get()
    except queue.Empty:
        pass
    else:
        raise AssertionError
for put in (channel.put, lambda: channel.put(nonsense=1)):
    try:
        put()
    except TypeError:
        pass
    else:
        raise AssertionError
assert channel.qsize() == 0 and channel.empty()
item = token("item", object())
try:
    channel.put(item, nonsense=1)
except TypeError:
    pass
""",
    )
    assert run.events() == [(MAIN, "POST", "queue", "item"), (MAIN, "DROP", "queue", "item")]


def test_finalisation_does_not_change(collector: FakeCollector, agent_path: str) -> None:
    trace(
        collector,
        agent_path,
        """
import queue, weakref
class Item: pass
channel = queue.SimpleQueue()
item = Item(); gone = weakref.ref(item)
channel.put(item); del item
assert gone() is not None
channel.get()
assert gone() is None
item = Item(); gone = weakref.ref(item)
channel.put(item); del item, channel
assert gone() is None
""",
    )


def test_work_handed_to_a_pool(collector: FakeCollector, agent_path: str) -> None:
    """submit comes before the task, in whatever worker; each work item is taken from where it was posted."""
    run = trace(
        collector,
        agent_path,
        """
import concurrent.futures
pool = concurrent.futures.ThreadPoolExecutor(2)
name("work", pool._work_queue)
for future in [pool.submit(int) for _ in range(10)]:
    assert future.result() == 0
pool.shutdown()
""",
    )
    events = run.events("work")
    waiting: list[str] = []
    taken = 0
    for thread, kind, _, item in events:
        if kind == "POST":
            waiting.append(item)
        else:
            assert kind == "TAKE"
            assert thread.startswith("ThreadPool")
            waiting.remove(item)
            taken += 1
    assert taken >= 12  # ten tasks, and each worker once the word to go
