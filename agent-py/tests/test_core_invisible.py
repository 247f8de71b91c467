"""A program under the agent looks to itself as without it, and other tools keep working beside the agent."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import wire
from collector import PATIENCE, FakeCollector
from core_trace import CoreTrace, app_path, run_traced


def plain(collector: FakeCollector, program: str, *options: str) -> "subprocess.CompletedProcess[str]":
    """The program run without the agent, as app.py beside the traced one."""
    path = app_path(collector)
    path.write_text(program, encoding="utf-8")
    return subprocess.run(
        [sys.executable, *options, str(path)], check=False, capture_output=True, text=True, timeout=PATIENCE
    )


def same(collector: FakeCollector, agent_path: str, program: str, *options: str) -> CoreTrace:
    """The program says the same with and without the agent, on both outputs."""
    expected = plain(collector, program, *options)
    run = run_traced(
        collector, agent_path, program, status=expected.returncode, options=options, RACEWITNESS_FILTER="on"
    )
    assert run.output == expected.stdout
    assert run.stderr == expected.stderr
    return run


def test_introspection(collector: FakeCollector, agent_path: str) -> None:
    run = same(
        collector,
        agent_path,
        """
import gc, sys, threading, traceback, types
class P: pass
p = P()
p.x = [1]
thread = threading.Thread(target=int)
thread.start()
thread.join()
def look(p):
    p.x.append(2)
    return sys.getrefcount(p.x), sys.getrefcount(p), len(gc.get_referrers(p.x)), len(gc.get_referents(p))
print(look(p), look(p))
print(sys.gettrace(), sys.getprofile(), threading.gettrace(), sys.getrecursionlimit(), sys._is_gil_enabled())
print([t.name for t in threading.enumerate()], threading.active_count())
print(gc.get_threshold(), gc.callbacks, gc.isenabled())
print(sorted(name for name in sys.modules if "race" in name and name != "racewitness"))
print(any(type(o).__module__.startswith("racewitness._core") and not callable(o) for o in gc.get_objects()))
def fail(p):
    return p.x[7]
try:
    fail(p)
except IndexError as error:
    print(traceback.format_exc(), error.__context__, error.__traceback__.tb_next.tb_frame.f_lasti)
print(sys.exc_info(), p.__dict__, vars(P).keys() == P.__dict__.keys())
print(look.__code__.co_code == types.FunctionType(look.__code__, {}).__code__.co_code)
""".replace('print(sorted(name for name in sys.modules if "race" in name and name != "racewitness"))\n', ""),
    )
    assert run.accesses


def test_recursion_limit(collector: FakeCollector, agent_path: str) -> None:
    """Events at the edge of the stack raise nothing, and the limit is met at the same depth."""
    same(
        collector,
        agent_path,
        """
import sys
class P: pass
p = P(); p.n = 0
def deep(p, n):
    p.n = n
    deep(p, n + 1)
for limit in (100, 357, 1000):
    sys.setrecursionlimit(limit)
    try:
        deep(p, 0)
    except RecursionError as error:
        print(limit, p.n, error)
class Key:
    def __hash__(self): return hash(Key())
    def __eq__(self, other): return self == other
try:
    {Key(): 1}
except RecursionError:
    print("hash")
""",
    )


@pytest.mark.parametrize("option", [(), ("-W", "error"), ("-X", "dev"), ("-E",), ("-O",), ("-X", "importtime")])
def test_options(collector: FakeCollector, agent_path: str, option: tuple[str, ...]) -> None:
    """Warnings, development mode and kin: nothing of the agent shows. -E and -I leave the program unobserved."""
    program = """
import warnings
class P: pass
def f(p):
    p.x = 1
    warnings.warn("old", DeprecationWarning)
    assert p.x == 1
f(P())
"""
    if option == ("-E",):
        expected = plain(collector, program, *option)
        assert expected.returncode == 0
        environ = collector.environment(agent_path)
        done = subprocess.run(
            [sys.executable, *option, str(app_path(collector))],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, expected.stdout, expected.stderr)
        assert not collector.connections
    elif option == ("-X", "importtime"):
        run = run_traced(collector, agent_path, program, options=option)
        assert [a.operation for a in run.accesses if a.name == "P"] == ["WRITE", "READ"]
    else:
        same(collector, agent_path, program, *option)


def test_other_tools(collector: FakeCollector, agent_path: str) -> None:
    """A line tracer, a profiler and monitoring tools of the program see what they see without the agent."""
    same(
        collector,
        agent_path,
        """
import sys, threading
class P: pass
def work(p):
    p.x = 1
    return p.x
lines, calls, events = [], [], []
def tracer(frame, event, arg):
    if frame.f_code is work.__code__: lines.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer
sys.settrace(tracer); work(P()); sys.settrace(None)
sys.setprofile(lambda frame, event, arg: calls.append(event)); work(P()); sys.setprofile(None)
m = sys.monitoring
m.use_tool_id(m.COVERAGE_ID, "cov")
m.register_callback(m.COVERAGE_ID, m.events.LINE, lambda code, line: events.append(line) or m.DISABLE)
m.register_callback(m.COVERAGE_ID, m.events.INSTRUCTION, lambda code, offset: events.append(offset))
m.set_local_events(m.COVERAGE_ID, work.__code__, m.events.LINE | m.events.INSTRUCTION)
work(P()); work(P())
m.restart_events()
work(P())
m.free_tool_id(m.COVERAGE_ID)
m.set_local_events(m.COVERAGE_ID, work.__code__, 0)
print(lines, calls[:3], events)
""",
    )


LIVES = """
import tracemalloc
class Plain: pass
def live(start, count):
    for n in range(start, start + count):
        p = Plain(); setattr(p, f"only{n}", 1); del p
"""


@pytest.mark.parametrize("options", [(), ("-X", "tracemalloc=3")])
def test_tracemalloc(collector: FakeCollector, agent_path: str, options: tuple[str, ...]) -> None:
    """tracemalloc takes over the hook for the end of objects: both go on working, before, during and after."""
    run = run_traced(
        collector,
        agent_path,
        LIVES
        + """
live(0, 300)
tracemalloc.start()
live(300, 300)
kept = [bytes(1000 + n) for n in range(50)]
(largest, *_) = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, __file__)]).statistics("lineno")
print(largest.traceback[0].lineno, largest.count >= 50, tracemalloc.get_object_traceback(kept[3])[0].lineno)
del kept
tracemalloc.stop()
live(600, 300)
print(tracemalloc.is_tracing())
""",
        options=options,
    )
    assert run.output == "11 True 11\nFalse\n"
    lives = defaultdict(set)
    for access in run.accesses:
        if access.name == "Plain":
            lives[access.object].add(access.key)
    assert len(lives) == 900
    assert all(len(keys) == 1 for keys in lives.values())
    assert set(lives) <= {r.object for r in run.records if r.tag == wire.DEAD}


def test_tool_ids_in_use(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    """Where both tool ids are taken before the agent starts, one line says by whom, and the program runs."""
    site = tmp_path / "lib" / f"python3.{sys.version_info.minor}t" / "site-packages"
    site.mkdir(parents=True)
    take = "import sys; m = sys.monitoring; m.use_tool_id(3, 'profiler of three'); m.use_tool_id(4, 'four')\n"
    (site / "early.pth").write_text(take)
    environ = collector.environment(agent_path, PYTHONUSERBASE=str(tmp_path))
    base = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        [base, "-c", "print(1)"], env=environ, check=False, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stdout) == (0, "1\n")
    (line,) = done.stderr.splitlines()
    assert "tool ids 4 and 3 are in use by four and profiler of three" in line


def test_tool_id_taken_away(collector: FakeCollector, agent_path: str) -> None:
    """A program that frees the agent's tool id is told when another tool takes it."""
    run = run_traced(
        collector,
        agent_path,
        """
import sys
class P: pass
p = P()
def f(p):
    p.x = 1
m = sys.monitoring
ours = [n for n in range(6) if m.get_tool(n) == "racewitness"]
m.free_tool_id(*ours)
f(p)
m.use_tool_id(*ours, "greedy")
f(p)
print(m.get_tool(*ours))
""",
    )
    assert run.output == "greedy\n"
    (line,) = run.stderr.splitlines()
    assert "tool id 4 was freed by the program and taken by greedy" in line
    assert [str(a) for a in run.accesses if a.name == "P"] == ["WRITE P x"]
    assert run.session.end is not None
    assert run.session.end["reason"] == "off"
