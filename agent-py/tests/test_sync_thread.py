"""Edges of threads: start, end, join; and that starting one looks as it does without the agent."""

import os
import re
import subprocess
import sys

import pytest

import wire
from collector import PATIENCE, FakeCollector
from sync_trace import PREAMBLE, Trace, child_of, trace

MAIN = "MainThread"


def test_start_and_join(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
thread = threading.Thread(target=mark, name="worker")
thread.start()
thread.join()
thread.join()
""",
    )
    assert run.threads() == [
        (MAIN, "FORK", "worker"),
        ("worker", "BEGIN", MAIN),
        ("worker", "END"),
        (MAIN, "JOIN", "worker"),
        (MAIN, "JOIN", "worker"),
    ]
    (inside,) = [s for s in run.syncs if run.objects.get(s.object) == "mark" and s.kind == "OBSERVE"]
    assert run.thread(inside.thread) == "worker"


def test_detached_threads_and_grandchildren(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import _thread, threading
done = threading.Lock(); done.acquire()
class Job:
    def child(self, number, *, flag):
        assert (number, flag) == (1, True)
        _thread.start_new(grandchild, ())
def grandchild():
    done.release()
_thread.start_new_thread(Job().child, (1,), {"flag": True})
done.acquire()
""",
    )
    child, grandchild = "Job.child", "grandchild"
    threads = run.threads()
    assert [e for e in threads if e[1] == "FORK"] == [(MAIN, "FORK", child), (child, "FORK", grandchild)]
    assert [e for e in threads if e[1] == "BEGIN"] == [(child, "BEGIN", MAIN), (grandchild, "BEGIN", child)]
    assert [e for e in threads if e[1] == "JOIN"] == []


def test_only_what_says_that_a_thread_is_over_joins(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
gate = threading.Lock(); gate.acquire()
def work():
    gate.acquire()
thread = threading.Thread(target=work, name="worker", daemon=True)
thread.start()
thread.join(0.001); thread.join(0); thread.join(timeout=-1)
assert thread.is_alive()
mark()
gate.release()
while thread.is_alive():
    pass
mark()
assert not thread.is_alive()
""",
    )
    marks = [s.stamp for s in run.syncs if run.objects.get(s.object) == "mark" and s.kind == "OBSERVE"]
    joins = [s.stamp for s in run.kinds("JOIN")]
    assert len(joins) == 2
    assert marks[0] < joins[0] < marks[1] < joins[1]


def test_interpreter_joins_what_is_no_daemon(collector: FakeCollector, agent_path: str) -> None:
    """At its end the interpreter waits for threads that nobody has joined; those that main has joined are done with."""
    run = trace(
        collector,
        agent_path,
        """
import atexit, threading, time
gate = threading.Lock(); gate.acquire()
forever = threading.Lock(); forever.acquire()
def work():
    gate.acquire(); gate.release()
threads = [threading.Thread(target=work, name="waiting") for _ in range(3)]
threads.append(threading.Thread(target=forever.acquire, name="daemon", daemon=True))
threads.append(threading.Thread(target=len, args=("",), name="joined"))
for thread in threads: thread.start()
threads[-1].join()
del threads, thread
atexit.register(mark)
gate.release()
""",
    )
    assert sorted(e for e in run.threads() if e[1] == "JOIN") == [
        (MAIN, "JOIN", "joined"),
        *[(MAIN, "JOIN", "waiting")] * 3,
    ]
    last_join = max(s.stamp for s in run.kinds("JOIN"))
    (at_exit,) = [s for s in run.syncs if run.objects.get(s.object) == "mark" and s.kind == "OBSERVE"]
    assert last_join < at_exit.stamp


def test_thread_that_joins_the_main_thread(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
def work():
    threading.main_thread().join()
    mark()
name("main", threading.main_thread()._handle)
threading.Thread(target=work, name="worker").start()
""",
    )
    assert run.events("main") == [(MAIN, "SIGNAL", "main"), ("worker", "OBSERVE", "main")]


def test_names_flags_and_identifiers(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
class Hostile(threading.Thread):
    name = property(lambda self: 1 / 0, lambda self, value: None)
    def __getattribute__(self, attribute):
        if attribute in ("_name", "__dict__"):
            calls.append(attribute)
        return object.__getattribute__(self, attribute)
    def run(self):
        calls.clear()
        self.ident_seen = threading.get_ident()
calls = []
def rename():
    threading.current_thread().name = "later"
    print(threading.get_ident(), threading.get_native_id())
for thread in (threading.Thread(target=rename, name="early", daemon=True), Hostile(target=len)):
    thread.start(); thread.join()
assert calls == [], calls
""",
    )
    records = [r for r in run.records if r.tag == wire.THREAD and r.thread == 2]
    assert [r.text() for r in records][-2:] == ["early", "later"]
    identifier, native = (int(word) for word in run.said[0].split())
    last = records[-1]
    assert (last.words[1], last.words[2] & 0xFFFFFFFF, last.words[2] >> 32) == (identifier, native, 2)
    assert run.thread(3).startswith("Thread-")


def test_failed_start_leaves_nothing_behind(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import _thread, resource, threading
failing = threading.Thread(target=len, args=("",))
threading.stack_size(1 << 40)
resource.setrlimit(resource.RLIMIT_AS, (1 << 39, 1 << 39))
for start in (failing.start, lambda: _thread.start_new_thread(len, ("",))):
    try:
        start()
    except RuntimeError as error:
        assert str(error) == "can't start new thread", error
    else:
        raise AssertionError
threading.stack_size(0)
assert failing._handle.is_done()
for bad in ((), (len,), (1, ()), (len, 1), (len, (), 1)):
    try:
        _thread.start_new_thread(*bad)
    except TypeError:
        pass
    else:
        raise AssertionError(bad)
handle = _thread._ThreadHandle()
_thread.start_joinable_thread(len.__call__, handle=handle).join()
try:
    _thread.start_joinable_thread(len.__call__, handle=handle)
except RuntimeError as error:
    assert str(error) == "thread already started", error
assert handle.is_done()
""",
    )
    begun = {e[0] for e in run.threads() if e[1] == "BEGIN"}
    joined = [e[2] for e in run.threads() if e[1] == "JOIN"]
    assert len(begun) == 1
    assert set(joined) == begun
    assert len(joined) == 2


SHOUTING = """
import _thread, sys, threading
def boom():
    raise ValueError("boom")
class Callable:
    def __call__(self):
        raise KeyError("called")
    def __repr__(self):
        return "<the callable>"
def hook(args):
    print(type(args.exc_value).__name__, args.object, args.err_msg)
    sys.__unraisablehook__(args)
    hooked.release()
hooked = threading.Semaphore(0)
sys.unraisablehook = hook
for function in (boom, Callable(), sys.exit, _thread.exit):
    _thread.start_joinable_thread(function).join()
for _ in range(2): hooked.acquire()
for function in (boom, Callable()):
    _thread.start_new_thread(function, ())
    hooked.acquire()
for target in (boom, Callable(), sys.exit):
    thread = threading.Thread(target=target, name="shouting")
    thread.start(); thread.join()
thread = threading.Thread(target=len)
thread.run = boom
thread.start(); thread.join()
def deep(n):
    return deep(n + 1) if n else 0
def recursion():
    try:
        deep(1)
    except RecursionError as error:
        depth = 0
        trace = error.__traceback__
        while trace:
            depth += 1
            trace = trace.tb_next
        print("depth", depth)
thread = threading.Thread(target=recursion)
thread.start(); thread.join()
print(sys._getframe().f_back)
"""


def without_addresses(text: str) -> str:
    """The text with every address replaced by the same word."""
    return re.sub(r"0x[0-9a-f]+", "ADDRESS", text)


def test_exceptions_look_as_they_do_without_the_agent(collector: FakeCollector, agent_path: str) -> None:
    run = trace(collector, agent_path, SHOUTING)
    shift = PREAMBLE.count("\n")
    plain = subprocess.run(
        [sys.executable, "-c", "\n" * shift + SHOUTING], check=True, capture_output=True, text=True, timeout=PATIENCE
    )
    assert "boom" in plain.stderr
    assert without_addresses(run.stderr) == without_addresses(plain.stderr)
    assert without_addresses("\n".join(run.said)) == without_addresses(plain.stdout.rstrip())
    ended = [e for e in run.threads() if e[1] == "END"]
    assert len(ended) == 11


def test_audit_hooks_see_the_function(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import _thread, sys, threading
class Function:
    attribute = 7
    def __call__(self): pass
    def __repr__(self): return "<function>"
def hook(event, args):
    if event.startswith("_thread.start"):
        seen.append((event, repr(args[0]), args[1:], args[0].attribute))
seen = []
function = Function()
sys.addaudithook(hook)
_thread.start_new_thread(function, ())
_thread.start_joinable_thread(function, daemon=False).join()
_thread.start_joinable_thread(function=function, handle=None, daemon=True).join()
assert seen == [
    ("_thread.start_new_thread", "<function>", ((), None), 7),
    ("_thread.start_joinable_thread", "<function>", (0, None), 7),
    ("_thread.start_joinable_thread", "<function>", (1, None), 7),
], seen
""",
    )
    assert [e[1] for e in run.threads() if e[1] in ("JOIN", "FORK")].count("JOIN") == 2


def starts_and_joins(run: Trace) -> tuple[int, int]:
    """How many."""
    return len(run.kinds("FORK")), len(run.kinds("JOIN"))


def test_many_threads_one_after_another(collector: FakeCollector, agent_path: str) -> None:
    """Handles and identifiers are used again; each thread is joined under its own number."""
    run = trace(
        collector,
        agent_path,
        """
import threading
for _ in range(1000):
    thread = threading.Thread(target=int)
    thread.start(); thread.join()
""",
    )
    assert starts_and_joins(run) == (1000, 1000)
    assert [s.token for s in run.kinds("JOIN")] == [s.token for s in run.kinds("FORK")]


def test_many_threads_at_once(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
gate = threading.Event()
threads = [threading.Thread(target=gate.wait) for _ in range(200)]
for thread in threads: thread.start()
gate.set()
for thread in reversed(threads): thread.join()
""",
    )
    assert starts_and_joins(run) == (200, 200)
    assert [s.token for s in run.kinds("JOIN")] == [s.token for s in run.kinds("FORK")][::-1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_child_of_a_fork_joins_none_of_its_parents_threads(collector: FakeCollector, agent_path: str) -> None:
    program = """
import os, threading, time
gate = threading.Event()
threads = [threading.Thread(target=gate.wait) for _ in range(3)]
for thread in threads: thread.start()
child = os.fork()
if child == 0:
    for thread in threads:
        thread.join()
        assert not thread.is_alive()
    own = threading.Thread(target=int, name="own")
    own.start(); own.join()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
gate.set()
for thread in threads: thread.join()
"""
    run = trace(collector, agent_path, program)
    assert starts_and_joins(run) == (3, 3)
    child = child_of(collector, run)
    events = [(s.thread, s.kind, s.token) for s in child.kinds("FORK", "BEGIN", "END", "JOIN")]
    assert events == [(1, "FORK", 2), (2, "BEGIN", 1), (2, "END", 0), (1, "JOIN", 2)]


def test_threads_made_by_c_code(collector: FakeCollector, agent_path: str) -> None:
    """Nobody was seen to start them: each begins, of an unknown parent, before anything else that it does."""
    run = trace(
        collector,
        agent_path,
        """
import ctypes
libc = ctypes.CDLL(None)
class Box: n = 0
def body(argument): Box.n = 1
callback = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(body)
for _ in range(3):
    thread = ctypes.c_ulong()
    libc.pthread_create(ctypes.byref(thread), None, callback, None)
    libc.pthread_join(thread, None)
print(Box.n)
""",
    )
    assert run.said == ["1"]
    begun = [sync.thread for sync in run.syncs if sync.kind == "BEGIN"]
    assert sorted(begun) == [2, 3, 4]
    for thread in begun:
        events = [r for r in run.session.records(thread) if r.tag in (wire.ACCESS, wire.ACCESS_LATE, wire.SYNC)]
        assert (events[0].tag, wire.KINDS[events[0].op], events[0].words[3]) == (wire.SYNC, "BEGIN", 0)
        assert any(r.tag in (wire.ACCESS, wire.ACCESS_LATE) for r in events)
