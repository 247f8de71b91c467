"""The pytest plugin, end to end: every race names its test, and `--racewitness` fails the tests that raced."""

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from conftest import Done, Run

SUITE = """
import threading

import racewitness


class Counter:
    def __init__(self):
        self.n = 0

    def bump(self):
        self.n += 1


def in_two_threads(function):
    threads = [threading.Thread(target=function) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_single():
    Counter().bump()


def test_racy():
    in_two_threads(Counter().bump)


def test_locked():
    counter, lock = Counter(), threading.Lock()

    def work():
        with lock:
            counter.bump()

    in_two_threads(work)


def test_apart():
    in_two_threads(lambda: Counter().bump())


def test_benign():
    counter = Counter()

    def work():
        with racewitness.benign("statistics may be off"):
            counter.bump()

    in_two_threads(work)
"""

LEAKY = """
import threading


class Late:
    n = 0


late, gate, done = Late(), threading.Event(), threading.Semaphore(0)


def test_leaks():
    def work():
        gate.wait()
        late.n += 1
        done.release()

    for _ in range(2):
        threading.Thread(target=work).start()


def test_innocent():
    gate.set()
    done.acquire()
    done.acquire()
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "test_leaky.py").write_text(LEAKY)
    return tmp_path


def report(directory: Path) -> dict:
    return json.loads((directory / "races.json").read_text())


def races_by_test(found: dict) -> list[tuple[list[str], str | None]]:
    return sorted((sorted(race["tests"]), race["suppressed"]) for race in found["races"])


def test_each_race_names_its_test(racewitness: Run, suite: Path) -> None:
    done: Done = racewitness(
        "run", "--no-html", "--json", "races.json", "--", sys.executable, "-m", "pytest", "-q", "test_suite.py"
    )
    assert done.status == 66, done.err
    assert "5 passed" in done.out
    found = report(suite)
    assert races_by_test(found) == [
        (["test_suite.py::test_benign"], "benign: statistics may be off"),
        (["test_suite.py::test_racy"], None),
    ]
    assert found["suppressedRaces"] == 1
    assert found["tests"] == {"count": 5, "sharingNothing": ["test_suite.py::test_single", "test_suite.py::test_apart"]}
    assert "2 of 5 tests prove nothing about races" in " ".join(done.err.split())


def test_a_race_belongs_to_the_test_that_started_its_threads(racewitness: Run, suite: Path) -> None:
    racewitness("run", "--no-html", "--json", "races.json", "--", sys.executable, "-m", "pytest", "-q", "test_leaky.py")
    assert races_by_test(report(suite)) == [(["test_leaky.py::test_leaks"], None)]


@pytest.mark.parametrize("options", [[], ["-n", "2"], ["--parallel-threads", "2"]], ids=["plain", "xdist", "parallel"])
def test_the_option_fails_the_tests_that_raced(run: Run, home: Path, suite: Path, options: list[str]) -> None:
    done: Done = run(
        *(sys.executable, "-m", "pytest", "-p", "racewitness.pytest_plugin", "-q", "test_suite.py", *options),
        *("--racewitness", "--racewitness-json", "races.json"),
        env={"RACEWITNESS_HOME": str(home), "PYTHONPATH": str(home / "agent-py" / "src")},
    )
    assert done.status == 1, done.err
    assert "5 passed" in done.out
    failed = [line.split(" - ")[0] for line in done.out.splitlines() if line.startswith("FAILED")]
    assert failed == ["FAILED test_suite.py::test_racy"]
    assert (["test_suite.py::test_racy"], None) in races_by_test(report(suite))


HOSTILE = "test_hostile.py"
HOSTILE_SUITE = SUITE.replace("self.n", "self.n_ä").replace(
    "threading.Thread(target=function)", "threading.Thread(target=function, name='<b>&\\x1b]]>')"
)


def test_the_junit_file_has_the_tests_that_raced_as_failures(run: Run, home: Path, suite: Path) -> None:
    (suite / "sub").mkdir()
    (suite / "sub" / HOSTILE).write_text(
        HOSTILE_SUITE + "\n\nclass TestIn:\n    test_racy = lambda self: test_racy()\n"
    )
    (suite / "test_fails.py").write_text(
        SUITE.replace("in_two_threads(Counter().bump)", "in_two_threads(Counter().bump); 1 / 0")
    )
    done: Done = run(
        *(sys.executable, "-m", "pytest", "-p", "racewitness.pytest_plugin", "-q", "--racewitness"),
        *("--junitxml", "out/junit.xml", "--junitprefix", "ci", "test_suite.py", f"sub/{HOSTILE}", "test_fails.py"),
        env={"RACEWITNESS_HOME": str(home), "PYTHONPATH": str(home / "agent-py" / "src")},
    )
    assert done.status == 1, done.err
    testsuite = ET.parse(suite / "out" / "junit.xml").getroot().find("testsuite")
    assert testsuite is not None
    failed = {(case.get("classname"), case.get("name")): case for case in testsuite if case.find("failure") is not None}
    assert sorted(failed) == [
        ("ci.sub.test_hostile", "test_racy"),
        ("ci.sub.test_hostile.TestIn", "test_racy"),
        ("ci.test_fails", "test_racy"),
        ("ci.test_suite", "test_racy"),
    ]
    assert testsuite.get("failures") == "4"
    assert testsuite.get("tests") == str(len(testsuite.findall("testcase"))) == "16"
    (failure,) = failed["ci.test_suite", "test_racy"].findall("failure")
    assert failure.get("message", "").endswith("lost-update of Counter.n"), failure.get("message")
    assert "self.n += 1" in str(failure.text)
    assert "<b>&\\x1b]]>" in str(failed["ci.sub.test_hostile", "test_racy"][0].text)
    (both,) = failed["ci.test_fails", "test_racy"].findall("failure")
    assert "ZeroDivisionError" in str(both.text)
    assert "lost-update" in str(both.text)


def test_statuses_are_pytests_own(run: Run, home: Path, suite: Path) -> None:
    (suite / "test_fails.py").write_text("def test_fails():\n    raise SystemError('mine')\n")
    (suite / "test_passes.py").write_text("def test_passes():\n    pass\n")
    environment = {"RACEWITNESS_HOME": str(home), "PYTHONPATH": str(home / "agent-py" / "src")}
    for name, status in (("test_fails.py", 1), ("test_passes.py", 0), ("test_absent.py", 4)):
        done: Done = run(
            *(sys.executable, "-m", "pytest", "-p", "racewitness.pytest_plugin", name, "--racewitness"), env=environment
        )
        assert done.status == status, (name, done.out, done.err)


def test_without_the_command_line_the_option_says_so(run: Run, home: Path, suite: Path) -> None:
    done: Done = run(
        *(sys.executable, "-m", "pytest", "-p", "racewitness.pytest_plugin", "--racewitness"),
        env={"RACEWITNESS_HOME": str(suite), "PYTHONPATH": str(home / "agent-py" / "src")},
    )
    assert done.status == 4
    assert f"RACEWITNESS_HOME is {suite}, which holds no program racewitness" in done.err
