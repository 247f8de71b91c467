"""What a thread holds back is recorded by whoever comes to the same place, also while the collector is slow."""

import subprocess
import sys
from pathlib import Path

from collector import FakeCollector
from core_trace import run_traced

MEETING = """
import threading
items, mine = [0] * 4096, [[0] * 64 for _ in range(4)]
gate = threading.Barrier(4)
class Kept: other = 0
kept = [Kept() for _ in range(4)]
def work(me):
    gate.wait()
    for turn in range(120):
        for i in range(me * 1024, me * 1024 + 1024): items[i] = turn
        for i in range(0, 4096, 3): items[i]
        for i in range(64): kept[(me + i) % 4].value = i; kept[i % 4].other
workers = [threading.Thread(target=work, args=(i,)) for i in range(4)]
for w in workers: w.start()
print("begun", flush=True)
for w in workers: w.join()
print("done")
"""


def test_threads_meet_while_the_collector_is_slow(tmp_path: Path, agent_path: str) -> None:
    """Whoever records for another thread waits for room in its ring: the sender must be able to make it."""
    program = tmp_path / "app.py"
    program.write_text(MEETING, encoding="utf-8")
    with FakeCollector(tmp_path / "run") as collector:
        environ = collector.environment(agent_path, RACEWITNESS_BUFFER_BYTES="65536")
        collector.budget = 1 << 16
        with subprocess.Popen(
            [sys.executable, str(program)], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                for _ in range(100):
                    collector.wait_bytes(collector.budget)
                    collector.budget += 1 << 15
                    collector.resume()
                collector.budget = None
                collector.resume()
                out, err = process.communicate(timeout=90)
            finally:
                process.kill()
        assert (out, err, process.returncode) == ("begun\ndone\n", "", 0)
        session = collector.only()
        assert (session.end or {})["lost"] == "0"


def test_what_is_held_back_comes_at_the_end(tmp_path: Path, agent_path: str) -> None:
    """A range that nobody came to is recorded before the process ends."""
    program = """
import threading
items = [0] * 100
def work():
    for i in range(100): items[i] = i
worker = threading.Thread(target=work)
worker.start(); worker.join()
"""
    with FakeCollector(tmp_path / "run") as collector:
        trace = run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")
    written = [a for a in trace.accesses if a.operation == "WRITE" and a.kind == "list"]
    assert sum(n for n, _ in (spread(str(a)) for a in written)) == 100, written


def spread(access: str) -> tuple[int, str]:
    """How many items an access touches."""
    key = access.rpartition(" ")[2].strip("[]")
    first, _, last = key.partition(":")
    return (int(last) - int(first) if last else 1), access
