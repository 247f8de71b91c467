"""Which test this process works for, and how the processes that it starts learn of it (docs/dev/agent-environment.md).

A process that is started, or forked, within a test belongs to that test. The server of multiprocessing's start method
``forkserver`` is started once and forks for every test that comes after: its children ask what test is going on in the
process for which it was started.
"""

import os
import sys

from racewitness import _agent

VARIABLE = "RACEWITNESS_TEST"
NOTE_BEGINS = 3
NOTE_ENDS = 4
"""Kinds of NOTE (docs/wire-format.md)."""

_test: str | None = None
"""The test of this process; written by the thread that runs tests, or before there is another."""
_run_dir = ""
_asked: str | None = None
"""In a fork server: the file of the process that it was started for; immutable after inherit()."""


def inherit(test: str | None, run_dir: str) -> None:
    """Take over the test that has started this process; called once, by the start of the agent."""
    global _test, _run_dir, _asked
    _test, _run_dir = test, run_dir
    if any("multiprocessing.forkserver" in argument for argument in sys.orig_argv[1:]):
        _asked = _file(os.getppid())
    else:
        _announce()


def announce_in_child() -> None:
    """In the child of a fork: say to what test it belongs."""
    global _test, _asked
    if _asked is not None:
        try:
            with open(_asked, encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
                _test = file.read() or None
        except OSError:
            pass  # tests have not changed since the server was started
        _asked = None
    _announce()


def begin(test: str) -> None:
    """A test of this process begins."""
    _change(test)
    _announce()


def end(test: str) -> None:
    """It is over."""
    _change(None)
    if _agent.core is not None:
        _agent.core.note(NOTE_ENDS, test)


def _change(test: str | None) -> None:
    global _test
    _test = test
    if _agent.core is not None:
        _agent.core.test(None if test is None else test.replace("\0", "?"))
    if "multiprocessing.forkserver" in sys.modules:
        with open(_file(os.getpid()), "w", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
            file.write(test or "")


def _announce() -> None:
    if _test is not None and _agent.core is not None:
        _agent.core.note(NOTE_BEGINS, _test)


def _file(pid: int) -> str:
    return f"{_run_dir}/{pid}.test"
