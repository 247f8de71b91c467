"""Edges of Python functions that synchronise without a lock, of imports, finalizers and annotations."""

from collections.abc import Callable
from pathlib import Path

import pytest

from collector import FakeCollector
from sync_trace import trace

MAIN = "MainThread"


def test_event(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
class Mine(threading.Event):
    def set(self):
        super().set()
for label, event in (("plain", threading.Event()), ("derived", Mine())):
    name(label, event)
    assert event.is_set() is False
    thread = threading.Thread(target=event.set, name="worker")
    thread.start(); thread.join()
    assert event.is_set() is True
    event.clear()
    assert not event.is_set()
""",
    )
    for label in ("plain", "derived"):
        assert run.events(label) == [("worker", "SIGNAL", label), (MAIN, "OBSERVE", label)]


def test_timer(collector: FakeCollector, agent_path: str) -> None:
    """A Timer's own event counts: cancel() comes before what follows is_set() in its thread."""
    run = trace(
        collector,
        agent_path,
        """
import threading
timer = threading.Timer(60, print)
name("finished", timer.finished)
timer.name = "timer"
timer.start(); timer.cancel(); timer.join()
""",
    )
    events = run.events("finished")
    assert events[:2] == [(MAIN, "SIGNAL", "finished"), ("timer", "OBSERVE", "finished")]


def test_annotations(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import racewitness, threading
class Hostile:
    __slots__ = ()
    def __hash__(self): raise AssertionError
    __eq__ = __bool__ = __len__ = __repr__ = __hash__
def pair(channel):
    assert racewitness.happens_before(channel) is None
    thread = threading.Thread(target=racewitness.happens_after, args=(channel,), name="worker")
    thread.start(); thread.join()
for channel in (Hostile(), [], {}, pair, Hostile, threading, (1, 2), "text", threading.Lock()):
    pair(channel)
""",
    )
    annotations = [
        s for s in run.syncs if s.token == 2 and s.kind in ("SIGNAL", "OBSERVE") and s.object not in run.objects
    ]
    assert len(annotations) == 18
    for before, after in zip(annotations[::2], annotations[1::2], strict=True):
        assert (run.thread(before.thread), before.kind) == (MAIN, "SIGNAL")
        assert (run.thread(after.thread), after.kind) == ("worker", "OBSERVE")
        assert before.object == after.object != 0
    assert len({s.object for s in annotations}) == 9


def test_finalizer_of_a_cycle_comes_after_the_last_use(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import gc, threading
gc.disable()
class Node:
    def __del__(self):
        (lambda: self)()
        mark()
class Derived(Node):
    def __del__(self):
        super().__del__()
def work():
    for label, kind in (("node", Node), ("derived", Derived)):
        node = kind(); node.me = node
        name(label, node)
        node.__del__()
thread = threading.Thread(target=work, name="worker")
thread.start(); thread.join()
gc.collect()
""",
    )
    assert set(run.events("node", "derived")) == {(MAIN, "LAST_USE", "derived"), (MAIN, "LAST_USE", "node")}
    marks = [s for s in run.syncs if run.objects.get(s.object) == "mark" and s.kind == "OBSERVE"]
    assert [run.thread(s.thread) for s in marks] == ["worker", "worker", MAIN, MAIN]
    uses = [s.stamp for s in run.kinds("LAST_USE") if s.object in run.objects]
    assert uses[0] < marks[2].stamp
    assert uses[1] < marks[3].stamp


PACKAGE = {
    "package/__init__.py": "state = []\n",
    "package/module.py": "from . import sibling\nfrom .below import leaf\nvalue = 1\n",
    "package/sibling.py": "value = 2\n",
    "package/below/__init__.py": "",
    "package/below/leaf.py": "from ... import package as top\nfrom ..sibling import value\n",
}

IMPORTS = """
import importlib, sys, threading
sys.path.insert(0, {path!r})
sys.dont_write_bytecode = True
def in_thread(function, label="importer"):
    thread = threading.Thread(target=function, name=label)
    thread.start(); thread.join()
def first():
    import package.module
in_thread(first)
for module in ("package", "package.module", "package.sibling", "package.below", "package.below.leaf"):
    name(module, sys.modules[module].__dict__)
mark()
"""


@pytest.fixture
def package(tmp_path: Path) -> str:
    """A directory with a package of a few modules."""
    for file, text in PACKAGE.items():
        path = tmp_path / "path" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("from ... import package as top", "import package as top"))
    return str(tmp_path / "path")


Found = Callable[[str], list[str]]


@pytest.fixture
def found(collector: FakeCollector, agent_path: str, package: str) -> Found:
    """Which modules' end a statement in a second thread comes after, in the order in which it finds them."""

    def run_statement(statement: str) -> list[str]:
        program = IMPORTS.format(path=package) + f"def second():\n    {statement}\nin_thread(second, 'finder')\n"
        run = trace(collector, agent_path, program)
        signals = [event for event in run.events() if event[1] == "SIGNAL"]
        assert signals == [
            ("importer", "SIGNAL", module, "1")
            for module in ("package", "package.sibling", "package.below", "package.below.leaf", "package.module")
        ]
        (marked,) = [s.stamp for s in run.syncs if run.objects.get(s.object) == "mark" and s.kind == "OBSERVE"]
        late = [s for s in run.kinds("OBSERVE") if s.stamp > marked]
        assert all(run.thread(s.thread) == "finder" and s.token == 1 for s in late)
        return [run.objects[s.object] for s in late]

    return run_statement


ONE = ["package"]
TWO = ["package", "package.module"]
THREE = ["package", "package.below", "package.below.leaf"]


@pytest.mark.parametrize(
    ("statement", "modules"),
    [
        ("import package", ONE),
        ("import package.below.leaf as leaf", THREE),
        ("import package.module, package.module", TWO),
        ("from package.module import value", TWO),
        ("from package import module", TWO),
        ("from package import state", ONE),
        ("importlib.import_module('package.below.leaf')", THREE),
        ("importlib.import_module('.leaf', 'package.below')", THREE),
        ("__import__('package.below.leaf')", THREE),
        ("__import__('below.leaf', {'__package__': 'package'}, level=1)", THREE),
        ("__import__(name='module', globals={'__name__': 'package.sibling'}, level=1)", TWO),
        ("exec('from ..below import leaf', {'__package__': 'package.below'})", THREE),
        ("exec('from . import module', {'__name__': 'package', '__path__': []})", TWO),
        ("import sys, threading", []),
    ],
)
def test_import_finds_modules(found: Found, statement: str, modules: list[str]) -> None:
    assert found(statement) == modules


def test_modules_of_one_thread_cost_nothing(collector: FakeCollector, agent_path: str) -> None:
    """What was imported before there was a second thread comes before every thread."""
    run = trace(
        collector,
        agent_path,
        """
import colorsys, json, threading
def again():
    for _ in range(10):
        import colorsys, json
again()
thread = threading.Thread(target=again)
thread.start(); thread.join()
""",
    )
    assert [s for s in run.kinds("SIGNAL", "OBSERVE") if s.token == 1] == []


def test_exec_in_a_module_is_no_import(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
import threading
threading.Thread(target=int).start()
name("globals", globals())
for _ in range(3):
    exec(compile("x = 1", "<some text>", "exec"), globals())
""",
    )
    assert run.events("globals") == []


def test_a_failed_import_signals_nothing_and_raises_the_same(
    collector: FakeCollector, agent_path: str, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text("started = True\nraise KeyError('broken')\n")
    run = trace(
        collector,
        agent_path,
        f"""
import sys, threading, traceback
sys.path.insert(0, {str(tmp_path)!r})
threading.Thread(target=int).start()
for statement in ("import broken", "import no_such_module", "from sys import no_such_name", "from . import nothing"):
    try:
        exec(statement)
    except (KeyError, ImportError) as error:
        print(type(error).__name__, error)
""",
    )
    assert run.said == [
        "KeyError 'broken'",
        "ModuleNotFoundError No module named 'no_such_module'",
        "ImportError cannot import name 'no_such_name' from 'sys' (unknown location)",
        "ImportError attempted relative import with no known parent package",
    ]
    assert [s for s in run.kinds("SIGNAL") if s.token == 1] == []


def test_future_is_observed_through_its_condition(collector: FakeCollector, agent_path: str) -> None:
    """done() that answered True, result(), exception() and callbacks come after set_result by the future's own lock."""
    run = trace(
        collector,
        agent_path,
        """
import concurrent.futures, threading
methods = concurrent.futures.Future
looks = (methods.done, methods.result, methods.exception, lambda future: future.add_done_callback(id))
for number, look in enumerate(looks):
    future = concurrent.futures.Future()
    name(f"future{number}", future._condition._lock)
    thread = threading.Thread(target=future.set_result, args=(1,), name="worker")
    thread.start(); thread.join()
    look(future)
""",
    )
    for number in range(4):
        label = f"future{number}"
        events = run.events(label)
        assert events.index(("worker", "RELEASE", label)) < events.index((MAIN, "ACQUIRE", label))
