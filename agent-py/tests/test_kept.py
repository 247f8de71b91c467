"""What synchronisation hands over is kept back, and told when a thread comes that it does not reach."""

from collections import Counter
from pathlib import Path

from collector import FakeCollector
from core_judge import Judge, Race
from core_trace import CoreTrace, run_traced
from test_core_filter import TURNS, name_of

SECTIONS = 200


def run(tmp_path: Path, agent_path: str, program: str) -> CoreTrace:
    with FakeCollector(tmp_path / "run") as collector:
        return run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")


def races(trace: CoreTrace) -> set[Race]:
    return Judge(trace, reads_from=False, name=name_of).races


def accesses(trace: CoreTrace, name: str) -> Counter[str]:
    """How many accesses were recorded to the keys of what is called so."""
    return Counter(access.key for access in trace.accesses if access.name == name)


GUARDED = """
import threading
class Account:
    def __init__(self): self.lock, self.balance = threading.Lock(), 0
    def add(self):
        with self.lock: self.balance += 1
account = Account()
"""


def takes_turns(name: str, *statements: str) -> str:
    """A thread of TURNS: statement n is its step n."""
    steps = "".join(f"        if step == {step}:\n            {text}\n" for step, text in enumerate(statements))
    return (
        f"def {name}(plan, read, write):\n    for step, mine, following in plan:\n        read(mine, 1)\n"
        f"{steps}        write(following, b'x')\n"
    )


ADDS = takes_turns("guarded", "account.add()")


def test_guarded_data_is_not_recorded(tmp_path: Path, agent_path: str) -> None:
    """Neither what the lock guards nor, but for the first times, the read of the lock before each section."""
    program = TURNS + GUARDED + ADDS + f"run([guarded, guarded], [(0, 0), (1, 0)] * {SECTIONS})\n"
    trace = run(tmp_path, agent_path, program)
    found = accesses(trace, "Account")
    assert found["balance"] <= 4  # what each thread did last is told at its end
    assert found["lock"] < SECTIONS / 4
    assert not races(trace)


def test_an_access_without_the_lock_finds_all_owners(tmp_path: Path, agent_path: str) -> None:
    """It races with what the two threads did last, of which nothing was recorded before."""
    program = (
        TURNS
        + GUARDED
        + ADDS
        + takes_turns("bare", "account.balance = 5")
        + "run([guarded, guarded, bare], [(0, 0), (1, 0)] * 20 + [(2, 0)])\n"
    )
    trace = run(tmp_path, agent_path, program)
    assert {race[0] for race in races(trace)} == {"instance Account balance"}
    writers = {access.thread for access in trace.accesses if (access.name, access.key) == ("Account", "balance")}
    assert len(writers) == 3


def test_a_write_finds_the_reads_that_were_kept(tmp_path: Path, agent_path: str) -> None:
    """Reads in many epochs, recorded once; the last one, which nothing orders before the write, the writer tells."""
    program = (
        TURNS
        + """
class Settings: pass
settings, lock = Settings(), threading.Lock()
settings.level = 1
"""
        + takes_turns("reads", "settings.level", "with lock: settings.level")
        + takes_turns("writes", "with lock: pass", "settings.level = 2")
        + "run([reads, reads, writes], [(0, 0), (1, 0)] + [(0, 1), (1, 1)] * 20 + [(2, 0), (0, 1), (2, 1)])\n"
    )
    trace = run(tmp_path, agent_path, program)
    assert {race[0] for race in races(trace)} == {"instance Settings level"}
    assert accesses(trace, "Settings")["level"] < 20


def test_the_thread_that_had_the_slot_before_is_another_one(tmp_path: Path, agent_path: str) -> None:
    """Who knows of a thread knows nothing of one that ended before it, unjoined, and left its ring slot to it."""
    program = """
import _thread, os, threading
class Shared: pass
shared, lock = Shared(), threading.Lock()
r, w = os.pipe()
def first():
    shared.value = 1
    os.write(w, b"x")
def second():
    with lock: pass
    os.write(w, b"x")
for target in (first, *[second] * 50):
    _thread.start_new_thread(target, ())
    os.read(r, 1)
with lock: pass
shared.value = 2
"""
    trace = run(tmp_path, agent_path, program)
    assert {race[0] for race in races(trace)} == {"instance Shared value"}


def test_a_test_that_shares_objects_is_seen_to(tmp_path: Path, agent_path: str) -> None:
    """The first object that a thread is handed within a test is recorded by both, though a lock orders them."""
    program = (
        TURNS
        + """
import racewitness._core as core
class Shared: pass
shared, lock = Shared(), threading.Lock()
shared.value = 0
"""
        + takes_turns("guarded", "with lock: shared.value += 1")
        + """
core.note(3, "a test")
run([guarded, guarded], [(0, 0), (1, 0)] * 5)
del shared
core.note(4, "")
"""
    )
    trace = run(tmp_path, agent_path, program)
    assert len({access.thread for access in trace.accesses if access.name == "Shared"}) == 2
    assert not races(trace)


def test_a_read_again_behind_an_owners_write_is_recorded(tmp_path: Path, agent_path: str) -> None:
    """The write was kept back as its owner's: the second read races with it, the third is ordered."""
    program = (
        TURNS
        + """
class Shared: pass
shared, lock = Shared(), threading.Lock()
shared.value = 1
"""
        + takes_turns("reads", "shared.value", "with lock: pass")
        + takes_turns("writes", "with lock: shared.value = 2")
        + "run([reads, writes], [(0, 0), (0, 1), (1, 0), (0, 0), (0, 1), (0, 0)])\n"
    )
    trace = run(tmp_path, agent_path, program)
    assert {race[0] for race in races(trace)} == {"instance Shared value"}


READERS = """
import threading
items, lock = list(range(20)), threading.Lock()
def look():
    for i in range(600):
        with lock: pass
        items[i % 20]
readers = [threading.Thread(target=look) for _ in range(2)]
for r in readers: r.start()
"""


def read_items(trace: CoreTrace) -> int:
    return sum(access.kind == "list" and access.operation == "READ" for access in trace.accesses)


def test_items_read_in_many_epochs_are_not_recorded(tmp_path: Path, agent_path: str) -> None:
    """Of each item, by each thread, the first two reads and the last one may be."""
    trace = run(tmp_path, agent_path, READERS + "for r in readers: r.join()\n")
    assert read_items(trace) <= 3 * 2 * 20
    assert not races(trace)


def test_a_write_finds_the_items_that_were_read(tmp_path: Path, agent_path: str) -> None:
    """Of the reads in many epochs those that nothing orders before the write are told by the writer."""
    trace = run(
        tmp_path,
        agent_path,
        TURNS
        + READERS.replace("for r in readers: r.start()", "")
        + takes_turns("reader", "look()")
        + takes_turns("writer", "for i in range(0, 20, 2): items[i] = 0")
        + "run([reader, reader, writer], [(0, 0), (1, 0), (2, 0)])\n",
    )
    assert {race[0] for race in races(trace)} == {f"list list [{i}]" for i in range(0, 20, 2)}


def test_what_nobody_asks_for_is_kept_for_long(tmp_path: Path, agent_path: str) -> None:
    """Two threads that come back to what a lock guards after thousands of sections of another lock."""
    program = (
        TURNS
        + GUARDED
        + "other = Account()\n"
        + takes_turns("guarded", "account.add()\n            for _ in range(2000): other.add()")
    )
    trace = run(tmp_path, agent_path, program + "run([guarded, guarded], [(0, 0), (1, 0)] * 4)\n")
    found = Counter(access.name for access in trace.accesses if access.key == "balance")
    assert found["Account"] <= 8
    assert not races(trace)


def test_a_write_to_another_object_leaves_a_range_whole(tmp_path: Path, agent_path: str) -> None:
    """Items that are added up in an attribute are kept as one range, and a thread that knows of nothing finds both."""
    program = (
        TURNS
        + "class Sums: pass\nsums, items = Sums(), list(range(50))\nsums.total = 0\n"
        + takes_turns("adds", "for item in items: sums.total += item")
        + takes_turns("writes", "items[:] = []; sums.total = 1")
        + "run([adds, writes], [(0, 0), (1, 0)])\n"
    )
    trace = run(tmp_path, agent_path, program)
    steps = [access for access in trace.accesses if access.operation == "ITERATE_STEP"]
    assert 1 <= len(steps) <= 4, [str(access) for access in steps]  # of 50 items
    assert {race[0] for race in races(trace)} == {"list list ", "instance Sums total"}
