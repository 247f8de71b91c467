"""The races of a run in the file that ``pytest --junitxml`` wrote: a test that raced is a test that failed."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

OUTSIDE = ("racewitness", "data races outside any test")
"""Class and name of the case that stands for races of no test."""
UNPRINTABLE = re.compile(r"[^\t\n\x20-\x7e\x85\xa0-\u200d\u2030-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say, and what would act on whoever prints it."""


def add_races(file: Path, races: Sequence[Mapping[str, Any]], prefix: str | None) -> None:
    """Mark the tests of the races as failed in a file that pytest wrote, which is replaced whole.

    `prefix` is pytest's ``--junitprefix``. Raises ET.ParseError for a file that is no XML, OSError where it cannot be
    read or written.
    """
    tree = ET.parse(file)
    suites = list(tree.iter("testsuite"))
    if not suites:
        return
    cases = {(case.get("classname"), case.get("name")): (suite, case) for suite in suites for case in suite}
    for test, its_races in by_test(races).items():
        key = OUTSIDE if test is None else address(test, prefix)
        suite, case = cases.get(key) or (suites[-1], None)
        if case is None:
            case = ET.SubElement(suite, "testcase", classname=printable(key[0]), name=printable(key[1]), time="0.000")
            count(suite, "tests")
        fail(suite, case, its_races)
    written = file.with_name(file.name + ".racewitness")
    tree.write(written, encoding="utf-8", xml_declaration=True)
    written.replace(file)


def by_test(races: Sequence[Mapping[str, Any]]) -> dict[str | None, list[Mapping[str, Any]]]:
    """The races of each test; those of no test under None."""
    tests: dict[str | None, list[Mapping[str, Any]]] = {}
    for race in races:
        for test in race["tests"] or [None]:
            tests.setdefault(test, []).append(race)
    return tests


def address(node: str, prefix: str | None) -> tuple[str, str]:
    """Class and name of a test in the file, by its node id (``mangle_test_address`` of pytest's junitxml.py)."""
    path, bracket, parameters = node.partition("[")
    names = path.split("::")
    names[0] = re.sub(r"\.py$", "", names[0].replace("/", "."))
    names[-1] += bracket + parameters
    return ".".join(([prefix] if prefix else []) + names[:-1]), names[-1]


def fail(suite: ET.Element, case: ET.Element, races: Sequence[Mapping[str, Any]]) -> None:
    """Give a case a failure, or one that failed anyway a longer one: a case has one outcome."""
    text = "\n\n".join(map(described, races))
    known = case.find("failure")
    if known is None:
        known = case.find("error")
    if known is not None:
        known.text = f"{known.text or ''}\n\n{text}"
        return
    message = "; ".join(f"data race {race['id']}: {race['verdict']} of {race['location']['name']}" for race in races)
    failure = ET.Element("failure", message=printable(message), type="data-race")
    failure.text = text
    case.insert(0, failure)
    count(suite, "failures")


def count(suite: ET.Element, counter: str) -> None:
    """Add one to a counter of a suite."""
    suite.set(counter, str(int(suite.get(counter, "0")) + 1))


def described(race: Mapping[str, Any]) -> str:
    """A race with both stacks, innermost frame first."""
    lines = [f"{race['id']} {race['level']} {race['verdict']} {race['location']['name']}", race["message"]]
    for access in race["accesses"]:
        held = ", ".join(access["locksHeld"])
        lines.append(
            f"{access['thread']['name']}: {access['operation']}, {f'holds {held}' if held else 'no lock held'}"
        )
        for frame in access["stack"]:
            lines.append(f"  {frame['file']}:{frame['line']} in {frame['function']}")
            if frame["source"]:
                lines.append(f"    {frame['source']}")
    return printable("\n".join(lines))


def printable(text: str) -> str:
    """Text that XML can hold and that moves no cursor."""
    return UNPRINTABLE.sub(lambda c: f"\\x{ord(c.group()):02x}" if ord(c.group()) < 256 else "?", text)
