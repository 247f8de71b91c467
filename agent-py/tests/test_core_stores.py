"""Events of names that can be stored no more are switched off, and no race is lost by it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from collector import FakeCollector
from core_judge import Judge
from core_trace import run_traced

STATE = """
import dis, opcode, sys
CACHED = opcode.opmap["INSTRUMENTED_INSTRUCTION"]
NAMED = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_ATTR", "LOAD_DEREF", "LOAD_SUPER_ATTR", "STORE_ATTR")
def on(*functions):
    '''What of each function still tells of itself.'''
    for function in functions:
        code = function.__code__
        now = code._co_code_adaptive
        left = [str(i.argval) for i in dis.get_instructions(code) if i.opname in NAMED and now[i.offset] == CACHED]
        print(function.__name__, *left, sep=" ")
"""
"""A module that is not observed: it looks at the instructions of the program's functions."""

SWITCHED = """
import dataclasses, functools, math, threading
from state import on
LIMIT = 10
twice = 1
twice = 2
for looped in range(3): pass
@dataclasses.dataclass(frozen=True)
class Frozen:
    part: int
class Lazy:
    @functools.cached_property
    def lazy(self): return 1
class Base:
    def base(self): return 0
class C(Base):
    K = 3
    L = 4
    def __init__(self): self.x = 1
    def method(self): return self.x + self.K + Lazy().lazy
    def over(self): return super().base()
def helper(n): return math.floor(n) + LIMIT + twice + looped + len('x')
def counted():
    global counter
    counter = 1
    return counter
def work(c, n):
    for _ in range(n):
        helper(1); c.method(); c.over(); C.L; c.L; [].append(1); counted(); Frozen(1)
    return n
def changes(c): c.L = 1
def outer(argument):
    once = 5
    later = 6
    def inner(): return once, argument, later, changed
    def other():
        nonlocal changed
        changed = 1
    changed = 2
    later = 7
    inner()
    return inner
inner = outer(1)
for _ in range(2):
    threads = [threading.Thread(target=work, args=(C(), 3)) for _ in range(2)]
    for t in threads: t.start()
    for t in threads: t.join()
on(work, helper, C.method, C.over, counted, inner)
"""


def run(
    collector: FakeCollector, agent_path: str, program: str, modules: Mapping[str, str] | None = None, **extra: str
) -> dict[str, str]:
    """What the program's functions still tell of, by function; the last word of each counts."""
    extra = {"RACEWITNESS_FILTER": "on", "RACEWITNESS_EXCLUDE": "state"} | extra
    trace = run_traced(collector, agent_path, program, modules={"state": STATE, **(modules or {})}, **extra)
    return dict(line.split(" ", 1) if " " in line else (line, "") for line in trace.output.splitlines())


def test_switched_off(collector: FakeCollector, agent_path: str) -> None:
    left = run(collector, agent_path, SWITCHED)
    assert left == {
        "work": "L L",
        "helper": "twice looped",
        "method": "x lazy",
        "over": "",
        "counted": "counter",
        "inner": "later changed",
    }


def test_everything_is_sent_without_the_filter(collector: FakeCollector, agent_path: str) -> None:
    left = run(collector, agent_path, SWITCHED, RACEWITNESS_FILTER="off")
    assert left["helper"] == "math floor LIMIT twice looped len"
    assert left["inner"] == "once argument later changed"


@pytest.mark.parametrize(
    "way",
    ["setattr(C, name, 1)", "vars(C)", "exec('1')", "changes.__code__ = changes.__code__", "import app_late"],
)
def test_what_cannot_be_known_ends_it(collector: FakeCollector, agent_path: str, way: str) -> None:
    left = run(collector, agent_path, SWITCHED + f"def unknown(name):\n    {way}\n" + "on(helper)\n")
    assert left["helper"] == "math floor LIMIT twice looped len"


def test_late_module_switches_on_again(collector: FakeCollector, agent_path: str) -> None:
    program = "import pydoc\n" + SWITCHED + "pydoc.locate('late')\nC().method()\non(C.method)\n"
    left = run(collector, agent_path, program, modules={"late": "def never_called(c): c.K = 1\n"})
    assert left["method"] == "x K lazy"


LATE_STORE = """
import os, sys, threading, types, functools, operator, dataclasses
there, back = os.pipe(), os.pipe()
class C:
    k = 1
    def method(self): return 1
c = C()
limit = 1
@dataclasses.dataclass
class Fields:
    field: int = 1
fields = Fields.__new__(Fields)
def decorated(argument):
    cell = argument
    def inner(): return cell
    return inner
inner = decorated(1)
def look():
    c.k
    c.method
    C.k
    fields.field
    limit
    inner()
    try: absent
    except NameError: pass
def read():
    for _ in range(3): look()
    os.write(there[1], b"x")
    os.read(back[0], 1)
def write():
    os.read(there[0], 1)
    change()
    os.write(back[1], b"x")
look(); look()
"""

RUN = """
threads = [threading.Thread(target=read), threading.Thread(target=write)]
for t in threads: t.start()
{meanwhile}
for t in threads: t.join()
"""

WAYS = {
    "attribute": ("C.k = 2", "k"),
    "instance": ("c.k = 2", "k"),
    "method": ("C.method = None", "method"),
    "deleted": ("del C.k", "k"),
    "setattr": ("setattr(C, 'k', 2)", "k"),
    "setattr of a name": ("for name in ('me', 'k'): setattr(c, name, 2)", "k"),
    "setattr from builtins": ("import builtins\n    getattr(builtins, 'setattr')(C, 'k', 2)", None),
    "setattr in another's hands": ("functools.partial(setattr, C, 'k', 2)()", None),
    "object.__setattr__": ("object.__setattr__(c, 'k', 2)", "k"),
    "delattr": ("delattr(C, 'k')", "k"),
    "dict of the instance": ("c.__dict__['k'] = 2", "k"),
    "update of the dict": ("c.__dict__.update(k=2)", "k"),
    "vars": ("vars(c)['k'] = 2", "k"),
    "global statement": ("global limit\n    limit = 2", "limit"),
    "globals": ("globals()['limit'] = 2", "limit"),
    "module": ("sys.modules[__name__].limit = 2", "limit"),
    "dict of the module": ("sys.modules[__name__].__dict__['limit'] = 2", "limit"),
    "globals of the function": ("write.__globals__['limit'] = 2", "limit"),
    "globals of the frame": ("sys._getframe().f_globals['limit'] = 2", "limit"),
    "new global": ("global absent\n    absent = 2", "absent"),
    "exec": ("exec('C.k = 2')", "k"),
    "exec of the module": ("exec('limit = 2', globals())", "limit"),
    "cell": ("inner.__closure__[0].cell_contents = 2", None),
    "import": ("import late", "k"),
    "from import": ("from late import done", "k"),
    "import by call": ("__import__('late')", "k"),
    "import_module": ("import importlib\n    importlib.import_module('late')", "k"),
    "property": ("C.k = property(lambda self: 1)", "k"),
    "loop": ("for c.k in (1, 2): pass", "k"),
    "with": (
        "class W:\n        def __enter__(self): return 1\n        def __exit__(*a): pass\n    with W() as c.k: pass",
        "k",
    ),
    "unpacking": ("c.k, C.other = 1, 2", "k"),
    "augmented": ("C.k += 1", "k"),
    "except": ("global limit\n    try: 1 / 0\n    except ZeroDivisionError as limit: pass", "limit"),
    "import as": ("global limit\n    import os as limit", "limit"),
    "function": ("global limit\n    def limit(): pass", "limit"),
    "class body": ("class B:\n        global limit\n        limit = 2", "limit"),
    "dataclass": ("fields.__init__(2)", "field"),
    "made dataclass": ("dataclasses.make_dataclass('D', ['k']).__init__(c, 2)", "k"),
}
"""Statement of the writing thread, and the name that then races; None: unseen, with the filter or without."""

MEANWHILE = {
    "binding": ("os.read(there[0], 1); limit = 2; os.write(back[1], b'x')", "limit"),
    "first binding": ("os.read(there[0], 1); absent = 2; os.write(back[1], b'x')", "absent"),
    "import": ("os.read(there[0], 1)\nimport late\nos.write(back[1], b'x')", "k"),
    "deletion": ("os.read(there[0], 1)\ndel limit\nos.write(back[1], b'x')", "limit"),
}
"""The same, done by the main module's body while the reading thread runs."""

LATE = "import sys\nsys.modules['__main__'].C.k = 2\ndone = 1\n"


def racing_names(directory: Path, agent_path: str, program: str, modules: Mapping[str, str], setting: str) -> set[str]:
    (directory / setting).mkdir()
    with FakeCollector(directory / setting / "run") as collector:
        trace = run_traced(collector, agent_path, program, modules=modules, RACEWITNESS_FILTER=setting)
    return {race[0] for race in Judge(trace, reads_from=True, name=lambda access: access.key).races}


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_store(tmp_path: Path, agent_path: str, way: str) -> None:
    statement, name = WAYS[way]
    program = f"def change():\n    {statement}\n" + LATE_STORE + RUN.format(meanwhile="")
    program = "import functools, sys, dataclasses\n" + program
    found = racing_names(tmp_path, agent_path, program, {"late": LATE}, "on")
    assert name in found if name else found == racing_names(tmp_path, agent_path, program, {"late": LATE}, "off")


@pytest.mark.parametrize("way", MEANWHILE)
def test_ways_of_the_main_module(tmp_path: Path, agent_path: str, way: str) -> None:
    statement, name = MEANWHILE[way]
    program = LATE_STORE + RUN.replace(", threading.Thread(target=write)", "").format(meanwhile=statement)
    assert name in racing_names(tmp_path, agent_path, program, {"late": LATE}, "on")
