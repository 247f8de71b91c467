"""RACEWITNESS_MODE=floor: instructions are instrumented and counted, nothing of the program is recorded."""

import subprocess
import sys

import wire
from collector import FakeCollector

ROUNDS = 1000

PROGRAM = f"""
import threading
class Box:
    pass
box = Box()
box.value = 0
lock = threading.Lock()
def work():
    for _ in range({ROUNDS}):
        with lock:
            box.value = box.value + 1
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(box.value)
"""


def observe(collector: FakeCollector, agent_path: str, mode: str) -> wire.Session:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=collector.environment(agent_path, RACEWITNESS_MODE=mode),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{3 * ROUNDS}\n", "")
    return collector.only()


def test_counts_and_records_nothing(collector: FakeCollector, agent_path: str) -> None:
    session = observe(collector, agent_path, "floor")
    assert session.end is not None
    # Per round: box.value read and written; once: threading.Thread and kin.
    assert 2 * 3 * ROUNDS <= int(session.end["seen"]) <= 3 * 3 * ROUNDS
    tags = {record.tag for thread, stream in session.streams.items() for record in wire.records(thread, bytes(stream))}
    assert tags
    assert not tags & {wire.ACCESS, wire.ACCESS_RANGE, wire.SYNC, wire.DEAD}


def test_trace_counts_nothing(collector: FakeCollector, agent_path: str) -> None:
    session = observe(collector, agent_path, "trace")
    assert session.end is not None
    assert "seen" not in session.end
    tags = {record.tag for thread, stream in session.streams.items() for record in wire.records(thread, bytes(stream))}
    assert {wire.ACCESS, wire.SYNC} <= tags
