"""Sizes and shapes that no tidy program has: sources that are not there, huge functions, thousands of threads."""

import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

import wire
from collector import FakeCollector
from core_trace import CoreTrace, app_path, run_traced
from test_core_invisible import same


def named(trace: CoreTrace, name: str) -> list[str]:
    """What was done to objects of that type."""
    return [f"{a.operation} {a.key}" for a in trace.accesses if a.name == name]


def test_code_without_source(collector: FakeCollector, agent_path: str) -> None:
    """exec, eval, compile with any file name, lambdas, comprehensions, types.FunctionType, replaced code."""
    trace = run_traced(
        collector,
        agent_path,
        r"""
import types
class Box: pass
box = Box()
exec("box.by_exec = 1")
exec(compile("def f(box):\n    box.by_compile = 2\nf(box)", "no such file.py", "exec"))
exec(compile("box.nameless = 3", "", "exec"))
exec(compile("box.odd = 4", "\udcff\n<odd>", "exec"))
eval(compile("setattr(box, 'by_eval', 5)", "<string>", "eval"))
(lambda b: b.by_exec)(box)
def g(b): b.renamed = 6
types.FunctionType(g.__code__.replace(co_filename="/nowhere/x.py", co_name="h", co_qualname="H.h"), {})(box)
types.FunctionType(g.__code__.replace(co_firstlineno=2**31 - 1), {})(box)
print(sorted(vars(box)))
""",
    )
    assert trace.stderr == ""
    assert trace.output == "['by_compile', 'by_eval', 'by_exec', 'nameless', 'odd', 'renamed']\n"
    # Stored attributes by their names; each by a stack that can be shown.
    written = {a.key for a in trace.accesses if a.name == "Box" and a.operation == "WRITE"}
    assert written == {"by_compile", "by_eval", "by_exec", "nameless", "odd", "renamed"}
    assert "\\udcff\n<odd>" in {a.frame.code.file for a in trace.accesses}


@pytest.mark.parametrize("table", [b"", b"\xff", b"\x80", b"\xf8" * 40, b"\x00\xff\xff\xff\xff\xff", bytes(range(256))])
def test_corrupt_line_tables(collector: FakeCollector, agent_path: str, table: bytes) -> None:
    """The agent hands on what there is; it is the reader who does not trust it."""
    program = f"""
class Box: pass
box = Box()
def f(b): b.x = 1
f.__code__ = f.__code__.replace(co_linetable={table!r})
f(box)
print(box.x)
"""
    path = app_path(collector)
    path.write_text(program)
    environ = collector.environment(agent_path, RACEWITNESS_FILTER="off")
    done = subprocess.run([sys.executable, str(path)], env=environ, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")
    session = collector.only()
    assert any(r.tag == wire.CODE_BYTES and r.op == 2 and r.data[16:].startswith(table) for r in session.all_records())


def test_only_pyc(collector: FakeCollector, agent_path: str) -> None:
    path = app_path(collector)
    source = path.with_name("library.py")
    source.write_text("class Box:\n    def set(self):\n        self.x = 1\n")
    py_compile.compile(str(source), cfile=str(path.with_name("library.pyc")), doraise=True)
    source.unlink()
    trace = run_traced(collector, agent_path, "import library\nlibrary.Box().set()\n")
    (access,) = [a for a in trace.accesses if a.operation == "WRITE" and a.key == "x"]
    assert (access.frame.code.function, access.frame.line) == ("Box.set", 3)
    assert access.frame.code.file == str(source)


def test_huge_functions(collector: FakeCollector, agent_path: str) -> None:
    """20,000 statements, of which each accesses; jumps that need EXTENDED_ARG thrice; 3,000 names."""
    trace = run_traced(
        collector,
        agent_path,
        """
class Box: pass
box = Box()
box.n = 0
lines = ["def f(b, loops):", "  for i in range(loops):", "    try:"]
lines += [f"      b.n += {i}; b.a{i % 3000} = i" for i in range(10000)]
lines += ["      if i == 1: break", "    finally:", "      b.done = i", "  return b.a2999"]
exec("\\n".join(lines))
print(f(box, 2), box.n, len(f.__code__.co_code) > 300_000)
""",
        RACEWITNESS_FILTER="off",
    )
    assert trace.output == f"1 {2 * sum(range(10000))} True\n"
    written = [a.key for a in trace.accesses if a.name == "Box" and a.operation == "WRITE"]
    assert len(written) == 1 + 2 * 20000 + 2
    assert len(set(written)) == 3002


def test_deep_nesting(collector: FakeCollector, agent_path: str) -> None:
    """Generators in generators, decorators, 20 nested blocks, arguments by the hundred."""
    nest = "".join(f"{'  ' * n}for i{n} in [b]:\n" for n in range(1, 20)) + "  " * 20 + "b.deep = i19\n"
    trace = run_traced(
        collector,
        agent_path,
        f"""
class Box: pass
box = Box()
def f(b):
{nest}
  def chain(n): yield from (chain(n - 1) if n else (b.x for _ in range(1)))
  b.x = 7
  args = [b.x] * 300
  last = lambda {", ".join(f"a{n}" for n in range(250))}: a249
  return list(chain(90)), (lambda *a: len(a))(*args), last(*args[:250])
print(f(box))
""",
    )
    assert trace.output == "([7], 300, 7)\n"
    assert named(trace, "Box") == ["WRITE deep", "WRITE x", "READ x", "READ x"]


def test_ten_thousand_threads_one_after_another(collector: FakeCollector, agent_path: str) -> None:
    """Neither memory nor the buffer file grows with the threads that have ended."""
    run = same_memory(collector, agent_path, 10_000, together=1)
    assert len([r for r in run.records if r.tag == wire.SYNC and wire.KINDS[r.op] == "BEGIN"]) == 10_000
    size = collector.buffer_path(run.session).stat().st_size
    assert size < 80 * (4096 + (1 << 18))


def test_five_hundred_threads_at_once(collector: FakeCollector, agent_path: str) -> None:
    run = same_memory(collector, agent_path, 3000, together=500)
    assert len({a.thread for a in run.accesses if a.name == "Box"}) >= 3000
    # Up to 64 threads that have ended may wait for the sender (ENDED_MOST of thread.c).
    assert collector.buffer_path(run.session).stat().st_size <= (501 + 64) * (4096 + (1 << 18)) + 4096


def same_memory(collector: FakeCollector, agent_path: str, threads: int, *, together: int) -> CoreTrace:
    """Start so many threads, some of them together; in the second half the process must not be larger all the time.

    By 4 KiB for each thread that has ended. How much of its heap the interpreter itself keeps varies.
    """
    program = f"""
import threading
class Box: n = 0
box = Box()
def resident(): return int(open("/proc/self/statm").read().split()[1]) * 4096
def work(barrier):
    box.n = 1
    barrier.wait()
def start():
    barrier = threading.Barrier({together})
    threads = [threading.Thread(target=work, args=(barrier,)) for _ in range({together})]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
box.n = 0
rounds = {threads // together}
sizes = []
for n in range(rounds):
    start()
    sizes.append(resident())
print((min(sizes[rounds // 2:]) - max(sizes[:rounds // 2])) // ({threads} // 2))
"""
    run = run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")
    assert run.stderr == ""
    print(f"{run.output.strip()} bytes more for each of {threads} threads, {together} at once")
    assert int(run.output) < 4096
    return run


def test_recursion_to_the_limit_in_threads(collector: FakeCollector, agent_path: str) -> None:
    same(
        collector,
        agent_path,
        """
import sys, threading
class Box: n = 0
def deep(b, n):
    b.n = n
    return deep(b, n + 1)
def work(out):
    b = Box()
    try: deep(b, 0)
    except RecursionError as error: out.append((b.n, str(error)))
    class Loop:
        def __getattr__(self, name): return getattr(self, name + "x")
        def __eq__(self, other): return self == other
        def __iter__(self): return iter(self)
    compare = lambda: sorted([Loop(), Loop()], key=lambda l: l.a)
    for call in (lambda: Loop().a, lambda: Loop() == 1, lambda: list(Loop()), compare):
        try: call()
        except RecursionError as error: out.append(str(error)[:40])
results = []
threads = [threading.Thread(target=work, args=(results,)) for _ in range(4)]
for t in threads: t.start(); t.join()
sys.setrecursionlimit(5000); work(results)
l = []; l.append(l); d = {}; d["d"] = d
print(results, l, d, l == l)
try: l == [l[0]] == [[l]]
except RecursionError as error: print(error)
""",
    )


def test_full_buffer_directory(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    """No room for another thread's buffer: one line, and the program goes on; what was seen until then is there."""
    program = """
import resource, threading
class Box: n = 0
box = Box()
box.n = 1
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
gate = threading.Event()
threads = [threading.Thread(target=gate.wait) for _ in range(10)]
for t in threads: t.start()
gate.set()
for t in threads: t.join()
print("done")
"""
    run = run_traced(collector, agent_path, program)
    assert run.output == "done\n"
    (line,) = run.stderr.splitlines()
    assert line.startswith("racewitness: no room for the buffer of another thread")
    assert "the program goes on unobserved" in line
    assert run.session.end is not None
    assert run.session.end["reason"] == "off"
    assert "WRITE n" in named(run, "Box")
