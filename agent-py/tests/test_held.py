"""What a thread holds back is recorded by whoever comes to the same place, also while the collector is slow."""

import subprocess
import sys
from pathlib import Path

import wire
from collector import PATIENCE, FakeCollector
from core_trace import run_traced
from test_core_filter import TURNS, races, twice

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
        collector.budget = budget = 1 << 16
        with subprocess.Popen(
            [sys.executable, str(program)], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                (connection,) = collector.wait_connections(1)
                while collector.wait_bytes_or_end(connection, budget):
                    budget += 1 << 15
                    collector.resume(budget)
                out, err = process.communicate(timeout=PATIENCE)
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


def test_what_one_thread_alone_touches_is_not_told(tmp_path: Path, agent_path: str) -> None:
    """Objects that live and die in one thread leave nothing in the stream, not even that there were any."""
    program = """
import threading
class Node:
    def __init__(self, value): self.value = value; self.items = [value]
def work():
    for i in range(5000):
        node = Node(i)
        node.value += 1
        node.items.append(node.value)
workers = [threading.Thread(target=work) for _ in range(3)]
for w in workers: w.start()
for w in workers: w.join()
"""
    with FakeCollector(tmp_path / "run") as collector:
        trace = run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")
    nodes = [a for a in trace.accesses if a.name == "Node" and a.kind == "instance"]
    assert len(nodes) < 200, len(nodes)  # of 60,000: what a table holds that becomes larger is told
    assert sum(r.tag == wire.DEAD for r in trace.records) < 300


def test_an_object_handed_over_brings_its_past(tmp_path: Path, agent_path: str) -> None:
    """What the first thread did comes before what the second does, in the order and with the epochs of then."""
    program = """
import threading
class Box: pass
ready, box, lock = threading.Event(), Box(), threading.Lock()
def first():
    box.x = 1
    with lock: box.y = 2
    box.z = 3
    ready.set()
def second():
    ready.wait()
    box.x; box.y; box.z
workers = [threading.Thread(target=f) for f in (first, second)]
for w in workers: w.start()
for w in workers: w.join()
"""
    with FakeCollector(tmp_path / "run") as collector:
        trace = run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")
    late = [r for r in trace.session.all_records() if r.tag == wire.ACCESS_LATE]
    boxed = [a for a in trace.accesses if a.name == "Box"]
    assert [str(a) for a in boxed if a.operation == "WRITE"] == ["WRITE Box x", "WRITE Box y", "WRITE Box z"]
    assert [str(a) for a in boxed if a.operation == "READ"] == ["READ Box x", "READ Box y", "READ Box z"]
    assert len(late) >= 3
    first = next(a.thread for a in boxed if a.operation == "WRITE")
    told = [
        (r.kind if r.tag == wire.SYNC else trace.access(r).key)
        for r in trace.records
        if r.thread == first and (r.tag == wire.SYNC or (r.tag == wire.ACCESS and trace.access(r).name == "Box"))
    ]
    at = [told.index(key) for key in "xyz"]
    assert "ACQUIRE" in told[at[0] : at[1]]
    assert "RELEASE" in told[at[1] : at[2]]


def test_more_is_kept_than_an_event_has_places(tmp_path: Path, agent_path: str) -> None:
    """Behind 255 accesses that are kept a STEP makes room, so that each has a place of its own."""
    program = """
import threading
class Box: pass
boxes = [Box() for _ in range(1000)]
def first():
    for box in boxes: box.x = 1
def second():
    for box in boxes: box.x
workers = [threading.Thread(target=f) for f in (first, second)]
for w in workers: w.start(); w.join()
"""
    with FakeCollector(tmp_path / "run") as collector:
        trace = run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")
    written = [a.record.time for a in trace.accesses if a.name == "Box" and a.operation == "WRITE"]
    assert len(written) == len(set(written)) == 1000
    assert sum(r.tag == wire.STEP for r in trace.records) >= 3


def spread(access: str) -> tuple[int, str]:
    """How many items an access touches."""
    key = access.rpartition(" ")[2].strip("[]")
    first, _, last = key.partition(":")
    return (int(last) - int(first) if last else 1), access


def test_a_range_goes_on_over_items_of_other_writes(tmp_path: Path, agent_path: str) -> None:
    """Items that were written differently often, between the reads of others, are still read in a row."""
    program = """
import threading
ROUNDS, SIZE = 60, 400
table = [[0] * SIZE for _ in range(2)]
gate = threading.Barrier(2)
def work(me):
    mine, others = table[me], table[1 - me]
    for turn in range(ROUNDS):
        for i in range(turn % 3, SIZE, 3 + turn % 4):
            others[i]
        gate.wait()
        for i in range(SIZE):
            if mine[i] + turn & 1 << i % 5:
                mine[i] = turn
        gate.wait()
workers = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for w in workers: w.start()
for w in workers: w.join()
"""
    with FakeCollector(tmp_path / "run") as collector:
        trace = run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")
    made = [r for r in trace.records if r.tag in (wire.ACCESS, wire.ACCESS_RANGE, wire.ACCESS_LATE)]
    told = [r for r in made if trace.access(r).kind == "list" and trace.access(r).operation == "READ"]
    assert len(told) < 60 * 2 * 400 / 20, len(told)


PARTS = """
items = [0] * 200
lock = threading.Lock()
def synchronise():
    with lock: pass
def writes(me):
    def work(plan, read, write):
        for step, mine, following in plan:
            read(mine, 1)
            if step == 0:
                for i in range(200): items[i]
            if step <= 1: synchronise()
            else: items[me * 100 + step] = step
            write(following, b'x')
    return work
"""


def test_ranges_beside_each_other_in_what_all_have_read(tmp_path: Path, agent_path: str) -> None:
    """Who writes what others have read, and are known to, leaves the range alone in which one of them writes beside."""
    turns = "[(0, 0), (1, 0), (0, 1)] + [(n, step) for step in range(2, 90) for n in (0, 1)]"
    program = f"{TURNS}{PARTS}run([writes(0), writes(1)], {turns})\n"
    whole, filtered = twice(tmp_path, agent_path, program)
    for trace, least, most in (whole, 176, 176), (filtered, 2, 40):
        assert least <= sum(access.operation == "WRITE" and access.name == "list" for access in trace.accesses) <= most
        assert not races(trace, reads_from=False)


def test_a_range_in_which_another_thread_writes(tmp_path: Path, agent_path: str) -> None:
    """What one thread reads in a row is recorded piece by piece before one writes it that was there first."""
    turns = "[(1, 0), (0, 0), (1, 1)] + [(n, step) for step in range(2, 60) for n in (0, 1)]"
    reads = PARTS.replace("writes(me)", "reads(me)").replace("items[me * 100 + step] = step", "items[step]")
    behind = PARTS.replace("me * 100 + step", "step - 1")
    program = f"{TURNS}{behind}{reads[reads.index('def reads') :]}run([reads(0), writes(1)], {turns})\n"
    whole, filtered = twice(tmp_path, agent_path, program)
    assert races(whole, reads_from=True) == races(filtered, reads_from=True)
    read = [access for access in filtered.accesses if access.operation == "READ" and access.name == "list"]
    last = max(access.thread for access in read)
    assert sum(access.thread != last for access in read) > 40
