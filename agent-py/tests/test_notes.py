"""NOTE records: tests, benign blocks, a module that switches the GIL on, sub-interpreters."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

import racewitness
import wire
from collector import FakeCollector

GIL, SUB_INTERPRETER, TEST_BEGINS, TEST_ENDS, BENIGN_BEGINS, BENIGN_ENDS = 1, 2, 3, 4, 6, 7

NEEDS_GIL = """
#include <Python.h>
static PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT, .m_name = "needs_gil"};
PyMODINIT_FUNC PyInit_needs_gil(void) { return PyModuleDef_Init(&definition); }
"""


def session_of(program: str, collector: FakeCollector, agent_path: str, **extra: str) -> wire.Session:
    """What an observed program that ends well has sent in its (first) session."""
    collector.output_of(agent_path, program, **extra)
    return collector.wait_connections(1)[0].session()


def notes(session: wire.Session) -> list[tuple[int, str]]:
    """Kind and text of each note, in the order of each thread."""
    return [
        (record.op, record.text() if record.arg else "") for record in session.all_records() if record.tag == wire.NOTE
    ]


def test_a_module_that_switches_the_gil_on_is_named(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    source, suffix = tmp_path / "needs_gil.c", sysconfig.get_config_var("EXT_SUFFIX")
    source.write_text(NEEDS_GIL)
    include = ["-I", sysconfig.get_path("include")]
    subprocess.run(
        ["cc", "-shared", "-fPIC", *include, str(source), "-o", str(tmp_path / f"needs_gil{suffix}")], check=True
    )
    program = f"""
import sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, {str(tmp_path)!r})
import _struct, needs_gil, needs_gil
"""
    assert notes(session_of(program, collector, agent_path)) == [(GIL, "needs_gil")]


@pytest.mark.parametrize("kind", ["isolated", "legacy"])
def test_sub_interpreters_are_told_of_once(collector: FakeCollector, agent_path: str, kind: str) -> None:
    program = f"""
import _interpreters
for _ in range(2):
    interpreter = _interpreters.create({kind!r})
    failure = _interpreters.exec(interpreter, "import threading, json\\nwith threading.Lock(): pass")
    assert failure is None, failure
    _interpreters.destroy(interpreter)
"""
    assert notes(session_of(program, collector, agent_path)) == [(SUB_INTERPRETER, "(only the main interpreter is)")]


def test_benign_blocks(collector: FakeCollector, agent_path: str) -> None:
    program = """
import racewitness

@racewitness.benign("a counter of hits")
def function(a, *, b):
    '''Text.'''
    return a + b

assert function(1, b=2) == 3 and (function.__name__, function.__doc__) == ("function", "Text.")
try:
    with racewitness.benign("fails"):
        raise KeyError
except KeyError:
    pass
"""
    assert notes(session_of(program, collector, agent_path)) == [
        (BENIGN_BEGINS, "a counter of hits"),
        (BENIGN_ENDS, ""),
        (BENIGN_BEGINS, "fails"),
        (BENIGN_ENDS, ""),
    ]


def test_without_an_agent_a_decorated_function_is_the_function() -> None:
    def function() -> None:
        """Nothing."""

    assert racewitness.benign("any reason")(function) is function
    with pytest.raises(TypeError, match="needs a reason"):
        racewitness.benign(" ")


def test_a_test_is_announced_with_its_time(collector: FakeCollector, agent_path: str) -> None:
    program = """
from racewitness import _agent
_agent.core.note(3, "tests/test_a.py::test_\\u00e9")
_agent.core.note(4, "x" * 5000)
for kind in (0, 5, 99, 1 << 70):
    try:
        _agent.core.note(kind, "")
    except ValueError as error:
        assert "takes kind 3 or 4" in str(error)
    else:
        raise AssertionError(kind)
"""
    session = session_of(program, collector, agent_path)
    assert notes(session) == [(TEST_BEGINS, "tests/test_a.py::test_\u00e9"), (TEST_ENDS, "x" * 4096)]
    main = session.records(1)
    for at, record in enumerate(main):
        if record.tag == wire.NOTE:
            assert main[at - 1].tag == wire.TIME


def test_children_of_a_test_belong_to_it(collector: FakeCollector, agent_path: str) -> None:
    program = """
import os, subprocess, sys
subprocess.run([sys.executable, "-c", "pass"], check=True)
child = os.fork()
if child == 0:
    sys.exit()
os.waitpid(child, 0)
"""
    session_of(program, collector, agent_path, RACEWITNESS_TEST="t.py::test_that_forks")
    for connection in collector.wait_connections(3):
        assert notes(connection.session(tail_allowed=True)) == [(TEST_BEGINS, "t.py::test_that_forks")]
