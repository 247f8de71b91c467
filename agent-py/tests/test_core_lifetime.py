"""Object numbers: one life, one number, one end."""

from collections import defaultdict

import wire
from collector import FakeCollector
from core_trace import CoreTrace, run_traced

LIVES = """
import threading
class Plain: pass
class Slots:
    __slots__ = ("a", "b", "c")
class Ending:
    def __del__(self):
        self.last = self.first
class Rows(list): pass
def live(start, count):
    '''Each life is given a key that no other has.'''
    for n in range(start, start + count):
        p = Plain(); setattr(p, f"only{n}", 1); del p
        d = {}; d[n] = 1; del d
        s = set(); s.add(n); del s
        r = Rows(); setattr(r, f"only{n}", 1); del r
        e = Ending(); e.first = n; setattr(e, f"only{n}", 1); del e
        def f(): pass
        setattr(f, f"only{n}", 1); del f
"""


def keys_by_number(trace: CoreTrace) -> dict[int, set[str]]:
    """For each object number the keys that say whose life it is."""
    found = defaultdict(set)
    for access in trace.accesses:
        ours = access.frame.code.function == "live" and access.operation in ("WRITE", "INSERT", "UPDATE_INSERT")
        if ours and (access.key.startswith("only") or access.kind in ("dict", "set")):
            found[access.object].add(access.key)
    return found


def hold_ends(trace: CoreTrace) -> int:
    """Each number ends once and is not used afterwards; how many did."""
    ended: dict[int, wire.Record] = {}
    for record in sorted((r for r in trace.records if r.tag in wire.EVENTS), key=lambda r: r.time):
        if record.tag == wire.DEAD:
            assert record.object not in ended, record
            ended[record.object] = record
        elif record.tag in (wire.ACCESS, wire.ACCESS_RANGE):
            assert record.object not in ended, trace.access(record)
    numbers = [r.words[1] for r in trace.records if r.tag == wire.OBJECT]
    assert len(numbers) == len(set(numbers))
    return len(ended)


def test_short_lives(collector: FakeCollector, agent_path: str) -> None:
    count = 800
    trace = run_traced(collector, agent_path, LIVES + f"live(0, {count})\n")
    found = keys_by_number(trace)
    assert len(found) == 6 * count
    assert all(len(keys) == 1 for keys in found.values())
    assert hold_ends(trace) >= 6 * count


def test_short_lives_in_threads(collector: FakeCollector, agent_path: str) -> None:
    trace = run_traced(
        collector,
        agent_path,
        LIVES
        + """
threads = [threading.Thread(target=live, args=(n * 1000, 200)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
""",
    )
    found = keys_by_number(trace)
    assert len(found) == 6 * 4 * 200
    assert all(len(keys) == 1 for keys in found.values())
    hold_ends(trace)


def test_finalizer_that_touches_itself(collector: FakeCollector, agent_path: str) -> None:
    """What __del__ does with its object belongs to no life that follows at the address."""
    trace = run_traced(
        collector,
        agent_path,
        """
class Ending:
    def __del__(self):
        self.last = 1
        self.last
class Plain: pass
def live():
    for n in range(500):
        e = Ending(); e.first = 1; del e
        p = Plain(); p.x = 1; del p
live()
""",
    )
    by_number = defaultdict(set)
    for access in trace.accesses:
        by_number[access.object].add(access.key)
    assert {"first", "last"} not in by_number.values()
    assert not [keys for keys in by_number.values() if "x" in keys and keys != {"x"}]
    hold_ends(trace)


def test_resurrection_and_cycles(collector: FakeCollector, agent_path: str) -> None:
    trace = run_traced(
        collector,
        agent_path,
        """
import gc
kept = []
class Phoenix:
    def __del__(self): kept.append(self)
class Node: pass
def live():
    for n in range(100):
        p = Phoenix(); p.before = n; del p
        again = kept.pop(); again.after = n; del again
    for n in range(100):
        a, b = Node(), Node()
        a.other, b.other = b, a
        setattr(a, f"only{n}", 1)
        del a, b
    gc.collect()
    for n in range(100, 200):
        a = Node(); setattr(a, f"only{n}", 1); del a
live()
""",
    )
    hold_ends(trace)
    nodes = defaultdict(set)
    for access in trace.accesses:
        if access.name == "Node" and access.key.startswith("only"):
            nodes[access.object].add(access.key)
    assert len(nodes) == 200
    assert all(len(keys) == 1 for keys in nodes.values())
    dead = {r.object for r in trace.records if r.tag == wire.DEAD}
    assert set(nodes) <= dead


def test_end_in_another_thread(collector: FakeCollector, agent_path: str) -> None:
    trace = run_traced(
        collector,
        agent_path,
        """
import queue, threading
class Item: pass
q = queue.SimpleQueue()
def consume():
    while (item := q.get()) is not None:
        item.seen = 1
        del item
t = threading.Thread(target=consume)
t.start()
for n in range(500):
    item = Item()
    setattr(item, f"only{n}", 1)
    q.put(item)
    del item
q.put(None)
t.join()
""",
    )
    items = defaultdict(set)
    for access in trace.accesses:
        if access.name == "Item" and access.key.startswith("only"):
            items[access.object].add(access.key)
    assert len(items) == 500
    assert all(len(keys) == 1 for keys in items.values())
    hold_ends(trace)


def test_dictionaries_of_instances(collector: FakeCollector, agent_path: str) -> None:
    """vars(x) that outlives x is a dict of its own life, and a dict at its address is another one."""
    trace = run_traced(
        collector,
        agent_path,
        """
class Plain: pass
def live():
    for n in range(300):
        p = Plain(); setattr(p, f"only{n}", 1)
        d = vars(p); d["alias"] = 1
        del p
        d["late"] = 1
        del d
        e = {}; e["plain"] = 1; del e
live()
""",
    )
    by_number = defaultdict(set)
    for access in trace.accesses:
        if access.frame.code.function == "live":
            by_number[access.object].add(access.key)
    owners = [keys for keys in by_number.values() if "alias" in keys]
    assert len(owners) == 300
    assert all(len(keys & {f"only{n}" for n in range(300)}) == 1 for keys in owners)
    assert not [keys for keys in by_number.values() if "'plain'" in keys and len(keys) > 1]


def test_memory_is_bounded(collector: FakeCollector, agent_path: str) -> None:
    """Ten times the lives cost no more memory."""
    trace = run_traced(
        collector,
        agent_path,
        """
class Plain: pass
def resident():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * 4096
def live(count):
    for n in range(count):
        p = Plain(); p.x = n
        del p
live(5_000)
before = resident()
live(50_000)
print(resident() - before)
""",
        RACEWITNESS_FILTER="on",
    )
    assert int(trace.output) < 2 << 20
