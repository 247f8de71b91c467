"""Races in the file of ``pytest --junitxml``: which case fails, what is counted, and what names from outside can do."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from racewitness._pytest_junit import add_races

SUITE = """
import pytest

class TestIn:
    @pytest.mark.parametrize("path", ["a/b.py::c", "[x]"])
    def test_p(self, path):
        pass

def test_fails():
    1 / 0

def test_passes():
    pass
"""


def race(tests: list[str], name: str = "Counter.n") -> dict[str, Any]:
    frame = {"file": "counter.py", "line": 3, "function": name, "source": "self.n += 1"}
    access = {"operation": "write", "thread": {"name": name}, "locksHeld": [name], "stack": [frame]}
    return {
        "id": "R1",
        "level": "error",
        "verdict": "lost-update",
        "message": "One increment is lost.",
        "location": {"name": name},
        "accesses": [access, {**access, "locksHeld": [], "stack": []}],
        "tests": tests,
    }


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """What pytest writes for a small suite in a folder."""
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "test_it.py").write_text(SUITE)
    command = (sys.executable, "-m", "pytest", "-q", "--junitxml=junit.xml", "--junitprefix=ci", "sub/test_it.py")
    subprocess.run([*command, "-p", "no:cacheprovider"], cwd=tmp_path, check=False, capture_output=True)
    return tmp_path / "junit.xml"


def failures(file: Path) -> dict[tuple[str | None, str | None], ET.Element]:
    suite = ET.parse(file).getroot().find("testsuite")
    assert suite is not None
    found = {(case.get("classname"), case.get("name")): case.find("failure") for case in suite}
    assert suite.get("tests") == str(len(suite))
    failed = {key: failure for key, failure in found.items() if failure is not None}
    assert suite.get("failures") == str(len(failed))
    return failed


def test_every_kind_of_test_is_found_by_its_node_id(written: Path) -> None:
    nodes = ["sub/test_it.py::TestIn::test_p[a/b.py::c]", "sub/test_it.py::TestIn::test_p[[x]]"]
    add_races(written, [race([*nodes, "sub/test_it.py::test_passes"]), race([nodes[0]], "Other.x")], "ci")
    failed = failures(written)
    assert set(failed) == {
        ("ci.sub.test_it.TestIn", "test_p[a/b.py::c]"),
        ("ci.sub.test_it.TestIn", "test_p[[x]]"),
        ("ci.sub.test_it", "test_passes"),
        ("ci.sub.test_it", "test_fails"),
    }
    both = failed["ci.sub.test_it.TestIn", "test_p[a/b.py::c]"]
    assert both.get("message") == "data race R1: lost-update of Counter.n; data race R1: lost-update of Other.x"
    assert "counter.py:3 in Counter.n\n    self.n += 1" in str(both.text)


def test_a_test_that_failed_anyway_keeps_its_own_failure(written: Path) -> None:
    add_races(written, [race(["sub/test_it.py::test_fails"])], "ci")
    (failure,) = failures(written).values()
    assert "ZeroDivisionError" in str(failure.get("message"))
    assert "One increment is lost." in str(failure.text)


def test_races_of_no_known_test_are_cases_of_their_own(written: Path) -> None:
    add_races(written, [race([]), race(["gone.py::test_x"])], None)
    assert ("racewitness", "data races outside any test") in failures(written)
    assert ("gone", "test_x") in failures(written)


@pytest.mark.parametrize("text", ["<b>&\"']]>", "\x1b[31m\x00\x07", "\u202egnp\u2066", "\ud800", "\U0001f40d\u00e9"])
def test_names_cannot_break_the_file(written: Path, text: str) -> None:
    add_races(written, [race([f"sub/{text}.py::test_{text}"], text)], "ci")
    said = "".join(ET.parse(written).getroot().itertext())
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert len(failures(written)) == 2


def test_what_is_no_xml_is_told_and_left(tmp_path: Path) -> None:
    file = tmp_path / "junit.xml"
    file.write_text("<testsuites>")
    with pytest.raises(ET.ParseError):
        add_races(file, [race([])], None)
    assert file.read_text() == "<testsuites>"
