"""A forked child is a session of its own and never touches its parent's."""

import subprocess
from collections.abc import Callable

import wire
from collector import FakeCollector
from test_transport import finish, keys

Transport = Callable[..., "subprocess.Popen[str]"]


def sessions(collector: FakeCollector, count: int) -> tuple[wire.Session, dict[int, wire.Session]]:
    """The first process's session, and those of its descendants by the number of their parent's session."""
    found = [connection.session(tail_allowed=True) for connection in collector.wait_connections(count)]
    assert len(found) == count
    by_parent = {}
    for session in found:
        assert session.hello is not None
        by_parent[session.hello.parent_session] = session
    return by_parent[0], by_parent


def test_fork(transport: Transport, collector: FakeCollector) -> None:
    program = """
t.emit(0, 100)
t.emit_sync(2, 5, 0)
child = os.fork()
t.emit(1000 if child else 2000, 50)
t.emit_sync(2, 5, 0)
print(t.uid(), bool(child), flush=True)
if child:
    assert os.waitpid(child, 0)[1] == 0
"""
    out, err = finish(transport(program))
    assert sorted(out.splitlines()) == ["1 False", "1 True"]
    assert err == ""
    parent, by_parent = sessions(collector, 2)
    child = by_parent[parent.id]
    assert keys(parent, 1) == [*range(100), *range(1000, 1050)]
    assert keys(child, 1) == list(range(2000, 2050))
    assert [sync.stamp for sync in parent.syncs()] == [1, 2]
    assert [sync.stamp for sync in child.syncs()] == [1]
    assert parent.end is not None
    assert child.end is not None
    assert child.hello is not None
    assert parent.hello is not None
    assert child.hello.parent_pid == parent.hello.pid
    assert child.hello.pairs["buffer"] == f"{child.id:016x}.rwb"
    assert child.thread_names() == {1: "MainThread"}


def test_fork_in_a_thread_while_others_record(transport: Transport, collector: FakeCollector) -> None:
    """The sender is in the middle of its writes, other threads are recording: twenty children, each whole."""
    program = """
stop = False
def busy():
    while not stop: t.emit(0, 500)
def forking():
    t.name("forking", 0)
    for number in range(20):
        child = os.fork()
        if child == 0:
            t.emit(7000, 5000)
            t.native_threads(3, 1, 10)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
others = [threading.Thread(target=busy) for _ in range(2)]
for thread in others: thread.start()
thread = threading.Thread(target=forking); thread.start(); thread.join()
stop = True
for thread in others: thread.join()
"""
    _, err = finish(transport(program, RACEWITNESS_BUFFER_BYTES="65536", PYTHONWARNINGS="ignore"))
    assert err == ""
    found = [connection.session(tail_allowed=True) for connection in collector.wait_connections(21)]
    (parent,) = [s for s in found if s.hello is not None and s.hello.parent_session == 0]
    assert parent.end is not None
    for child in found:
        if child is not parent:
            assert child.hello is not None
            assert child.hello.parent_session == parent.id
            assert child.end is None, "os._exit says nothing"
            child.recover(collector.buffer_path(child))
            assert keys(child, 1) == list(range(7000, 12000))
            assert sorted(child.streams) == [1, 2, 3, 4]
            assert child.thread_names()[1] == "forking"


def test_generations(transport: Transport, collector: FakeCollector) -> None:
    program = """
for generation in range(5):
    t.emit(generation, 1)
    child = os.fork()
    if child:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
t.emit(99, 1)
"""
    finish(transport(program))
    session, by_parent = sessions(collector, 6)
    written = []
    while True:
        written.append(keys(session, 1))
        if session.id not in by_parent:
            break
        session = by_parent[session.id]
    assert written == [[0], [1], [2], [3], [4], [99]]


def test_fork_behind_the_interpreter(transport: Transport, collector: FakeCollector) -> None:
    """A child that C code forked has no session, records nothing, and does not keep its parent's connection open."""
    program = """
t.emit(0, 10)
child = t.fork_in_c(10)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
t.emit(10, 10)
"""
    out, err = finish(transport(program))
    assert (out, err) == ("0\n", "")
    assert keys(collector.only(), 1) == list(range(20))


def test_fork_with_a_collector_that_is_gone(transport: Transport, collector: FakeCollector) -> None:
    """The child says so once, and both go on."""
    program = """
print(flush=True); sys.stdin.readline()
child = os.fork()
if child == 0:
    print(t.active(), flush=True)
    os._exit(0)
print(os.waitpid(child, 0)[1])
"""
    process = transport(program)
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    collector.stop()
    process.stdin.write("\n")
    out, err = finish(process)
    assert out == "False\n0\n"
    assert "goes on unobserved" in err


def test_children_that_exec_leave_no_trace(transport: Transport, collector: FakeCollector) -> None:
    program = """
import subprocess
t.emit(0, 10)
subprocess.run(["/bin/true"], check=True)
subprocess.run(["/bin/true"], check=True, close_fds=False, preexec_fn=lambda: None)
t.emit(10, 10)
"""
    finish(transport(program))
    parent, _ = sessions(collector, 2)
    assert keys(parent, 1) == list(range(20))
