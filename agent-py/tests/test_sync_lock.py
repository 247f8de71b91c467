"""Edges of locks, and of what the standard library builds on them."""

import wire
from collector import FakeCollector
from sync_trace import Event, child_of, trace

MAIN = "MainThread"


def locks(*kinds: str, thread: str = MAIN, label: str = "lock") -> list[Event]:
    """Events of one lock in one thread."""
    return [(thread, kind, label) for kind in kinds]


def test_lock_in_all_its_spellings(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import _thread, threading
lock = name("lock", threading.Lock())
with lock: pass
lock.acquire(); lock.release()
lock.acquire_lock(); lock.release_lock()
lock.acquire(blocking=True, timeout=5); lock.__exit__(None, None, None)
lock.acquire(False); bound = lock.release; bound()
assert lock.locked() is False
old = name("old", _thread.allocate_lock()); old.__enter__(); old.release()
older = name("older", _thread.allocate()); older.acquire(); older.release()
""",
    )
    pairs = ["ACQUIRE", "RELEASE"]
    assert run.events("lock") == locks(*pairs * 5)
    assert run.events("old") == locks(*pairs, label="old")
    assert run.events("older") == locks(*pairs, label="older")


def test_what_fails_orders_nothing(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
lock = name("lock", threading.Lock())
for call in (lock.release, lock.release_lock, lambda: lock.__exit__(None, None, None)):
    try:
        call()
    except RuntimeError as error:
        assert str(error) == "release unlocked lock", error
    else:
        raise AssertionError
lock.acquire()
assert lock.acquire(False) is False
assert lock.acquire(timeout=0.001) is False
assert lock.acquire(True, 0.001) is False
try:
    lock.acquire(nonsense=1)
except TypeError:
    pass
rlock = name("rlock", threading.RLock())
rlock.acquire()
def other():
    assert rlock.acquire(blocking=False) is False
    try:
        rlock.release()
    except RuntimeError as error:
        assert str(error) == "cannot release un-acquired lock", error
    else:
        raise AssertionError
thread = threading.Thread(target=other)
thread.start(); thread.join()
""",
    )
    assert run.events("lock") == locks("ACQUIRE")
    assert run.events("rlock") == locks("ACQUIRE", label="rlock")


def test_inner_levels_of_an_rlock_order_nothing(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
class Mine(threading.RLock().__class__):
    pass
for label, lock in (("plain", threading.RLock()), ("derived", Mine())):
    name(label, lock)
    with lock:
        with lock:
            lock.acquire()
            lock.release()
""",
    )
    for label in ("plain", "derived"):
        assert run.events(label) == locks("ACQUIRE", "RELEASE", label=label)


def test_condition_gives_up_all_levels_and_takes_them_back(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
lock = name("lock", threading.RLock())
condition = threading.Condition(lock)
with lock, lock:
    assert condition.wait(0.001) is False
""",
    )
    assert run.events("lock") == locks(*["ACQUIRE", "RELEASE"] * 2)


def test_release_is_stamped_before_and_acquire_after(collector: FakeCollector, agent_path: str) -> None:
    """Under contention each acquire follows the release that made it possible, by stamp."""
    run = trace(
        collector,
        agent_path,
        """
import threading
lock = name("lock", threading.Lock())
def work():
    for _ in range(300):
        with lock:
            pass
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
""",
    )
    events = run.events("lock")
    assert len(events) == 2 * 900
    for acquired, released in zip(events[::2], events[1::2], strict=True):
        assert (acquired[1], released[1]) == ("ACQUIRE", "RELEASE")
        assert acquired[0] == released[0]


def test_a_lock_released_by_another_thread(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
lock = name("lock", threading.Lock())
lock.acquire()
thread = threading.Thread(target=lock.release, name="other")
thread.start()
lock.acquire()
thread.join()
""",
    )
    assert run.events("lock") == [*locks("ACQUIRE"), *locks("RELEASE", thread="other"), *locks("ACQUIRE")]


def test_reports_know_where_a_lock_was_made(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
class Account:
    def __init__(self):
        self.lock = threading.Lock()
        self.changed = threading.Condition()
account = Account()
name("lock", account.lock)
name("inner", account.changed._lock)
with account.lock: pass
""",
    )
    for label, inner in (("lock", []), ("inner", ["RLock", "Condition.__init__"])):
        record = run.object_record(label)
        assert record.op == 12
        assert run.frames(record.thread, record.words[2] & 0xFFFFFFFF) == [*inner, "Account.__init__", "<module>"]
    assert run.session.texts(wire.TYPE)[run.object_record("lock").arg] == "_thread.lock"


def test_bookkeeping_locks_order_nothing(collector: FakeCollector, agent_path: str) -> None:
    """Start, end and join of threads, pools and imports take many locks; only those of the futures are order."""
    run = trace(
        collector,
        agent_path,
        """
import concurrent.futures
import logging, threading, time
mark()
def work():
    import colorsys
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
    assert thread.ident and repr(thread)
    threading.enumerate(); threading.active_count(); threading.current_thread()
for thread in threads: thread.join()
mark()
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(time.sleep, 0) for _ in range(20)]
    for future in futures:
        future.result()
mark()
""",
    )
    marks = [s.stamp for s in run.syncs if run.objects.get(s.object) == "mark" and s.kind == "OBSERVE"]
    assert len(marks) == 3
    first = [s for s in run.kinds("ACQUIRE", "RELEASE") if marks[0] < s.stamp < marks[1]]
    assert first == []
    second = [s for s in run.kinds("ACQUIRE", "RELEASE") if marks[1] < s.stamp < marks[2]]
    functions = {next(f for f in run.frames(s.thread, s.arg) if not f.startswith("Condition.")) for s in second}
    assert functions
    assert all(function.startswith(("Future.", "_WorkItem.")) for function in functions), functions


def test_locks_that_a_pool_makes_for_the_program_count(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import concurrent.futures, threading
with concurrent.futures.ThreadPoolExecutor(1, initializer=threading.Lock) as pool:
    made = [pool.submit(kind).result() for kind in (threading.Lock, threading.RLock, threading.Condition)]
    made.append(pool.submit(threading.Event).result()._cond)
thread = threading.Thread(target=threading.Lock)
thread.start(); thread.join()
for number, lock in enumerate(made):
    name(str(number), getattr(lock, "_lock", lock))
    with lock: pass
""",
    )
    for number in range(4):
        assert run.events(str(number)) == locks("ACQUIRE", "RELEASE", label=str(number))


def test_bookkeeping_after_fork(collector: FakeCollector, agent_path: str) -> None:
    """The child gets a new _active_limbo_lock; it is no order there either."""
    program = """
import os, threading
child = os.fork()
if child == 0:
    thread = threading.Thread(target=len, args=("",))
    thread.start(); thread.join()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    child = child_of(collector, trace(collector, agent_path, program))
    assert [e[1] for e in child.threads()] == ["FORK", "BEGIN", "END", "JOIN"]
    assert child.kinds("ACQUIRE", "RELEASE") == []


def test_semaphore_barrier_event_queue(collector: FakeCollector, agent_path: str) -> None:
    """What is built on locks: each hand-over has a release of the one before an acquire of the other."""
    run = trace(
        collector,
        agent_path,
        """
import queue, threading
semaphore = threading.Semaphore(0); name("semaphore", semaphore._cond._lock)
event = threading.Event(); name("event", event._cond._lock)
barrier = threading.Barrier(2); name("barrier", barrier._cond._lock)
channel = queue.Queue(); name("queue", channel.mutex)
def work():
    semaphore.release()
    event.set()
    channel.put(1)
    barrier.wait()
thread = threading.Thread(target=work, name="worker")
thread.start()
semaphore.acquire(); event.wait(); channel.get(); barrier.wait()
thread.join()
""",
    )
    for label in ("semaphore", "event", "queue", "barrier"):
        events = run.events(label)
        released = events.index(("worker", "RELEASE", label))
        assert (MAIN, "ACQUIRE", label) in events[released:], (label, events)
