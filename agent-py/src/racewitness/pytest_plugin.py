"""The pytest plugin: says which test runs, and ``pytest --racewitness``. PYTEST_DONT_REWRITE

In a process that the agent observes, every test is announced to it, so that each race names the test in which it
happened. ``--racewitness`` runs the same pytest command once more under the command line, ``racewitness run``, and
then fails the tests that the report names: only then is known what raced, for a race may surface after its test.
"""

import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from racewitness import _agent, _current_test, _pytest_run


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of a run under the detector."""
    group = parser.getgroup("racewitness", "data races")
    group.addoption(
        "--racewitness",
        action="store_true",
        help="run the tests under the racewitness data-race detector and fail those that race",
    )
    group.addoption("--racewitness-html", metavar="DIR", help="folder of its HTML page (default: racewitness-report)")
    group.addoption("--racewitness-json", metavar="FILE", help="write its JSON report there")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Run everything under the command line instead, where that was asked for and is not the case yet."""
    if not config.getoption("racewitness") or _agent.core is not None or "RACEWITNESS_ENDPOINT" in os.environ:
        return None
    invocation = config.invocation_params
    xml = config.getoption("xmlpath", None)  # absent with -p no:junitxml
    junit = None
    if xml:
        path = invocation.dir / Path(os.path.expandvars(xml)).expanduser()
        junit = _pytest_run.JUnitFile(path, config.getoption("junitprefix", None))
    return _pytest_run.run(
        _pytest_run.command_again([str(argument) for argument in invocation.args]),
        directory=str(invocation.dir),
        html=config.getoption("racewitness_html"),
        json_file=config.getoption("racewitness_json"),
        junit=junit,
        out=sys.stdout,
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Announce the test to the agent: set-up and tear-down belong to it."""
    if _agent.core is None:
        return (yield)
    _current_test.begin(item.nodeid)
    try:
        return (yield)
    finally:
        _current_test.end(item.nodeid)
