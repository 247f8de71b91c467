"""``pytest --racewitness``: the same tests under ``racewitness run``, and their outcome with the races in it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

from racewitness import _pytest_junit

FAILING_LEVELS = ("error", "warning")
TESTS_FAILED = 1
INTERNAL_ERROR = 3
PYTEST_STATUSES = range(6)
"""What pytest itself ends with (``pytest.ExitCode``)."""
COLUMNS = 80


def command_again(arguments: Sequence[str]) -> list[str]:
    """The command that started this pytest; where ``pytest.main`` was called with other arguments, one with these."""
    options_and_program = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv) + 1]
    if list(arguments) == sys.argv[1:] and options_and_program:
        return [sys.executable, *options_and_program, *arguments]
    return [sys.executable, "-m", "pytest", *arguments]


def find_launcher(environ: Mapping[str, str]) -> Path:
    """The command line: in RACEWITNESS_HOME, then on the PATH, then in the checkout that this package lies in.

    Raises pytest.UsageError, with what to do.
    """
    home = environ.get("RACEWITNESS_HOME")
    if home:
        launcher = Path(home) / "racewitness"
        if os.access(launcher, os.X_OK):
            return launcher
        raise pytest.UsageError(f"--racewitness: RACEWITNESS_HOME is {home}, which holds no program racewitness")
    found = shutil.which("racewitness", path=environ.get("PATH"))
    if found is not None:
        return Path(found)
    checkout = Path(__file__).resolve().parents[3] / "racewitness"
    if checkout.is_file() and os.access(checkout, os.X_OK):
        return checkout
    raise pytest.UsageError(
        "--racewitness: no program racewitness on the PATH; put it there, or set RACEWITNESS_HOME to its checkout"
    )


@dataclass(frozen=True)
class JUnitFile:
    """What ``--junitxml`` and ``--junitprefix`` say."""

    path: Path
    prefix: str | None


def run(
    command: Sequence[str],
    *,
    directory: str,
    html: str | None,
    json_file: str | None,
    junit: JUnitFile | None,
    out: TextIO,
) -> int:
    """Run the command under the detector, tell which tests raced, and return pytest's status with them in it."""
    launcher = find_launcher(os.environ)
    with tempfile.TemporaryDirectory(prefix="racewitness-pytest-") as scratch:
        report = Path(directory, json_file) if json_file else Path(scratch, "report.json")
        report.unlink(missing_ok=True)
        options = ["--fail-on", "never", "--json", str(report)]
        options += ["--html", html] if html else []
        out.flush()
        status = subprocess.run([str(launcher), "run", *options, "--", *command], cwd=directory, check=False).returncode
        if not report.is_file():
            return status or INTERNAL_ERROR
        races = json.loads(report.read_text(encoding="utf-8"))["races"]
    failing = [race for race in races if race["suppressed"] is None and race["level"] in FAILING_LEVELS]
    tell(failing, out)
    if junit is not None and failing and junit.path.is_file():
        try:
            _pytest_junit.add_races(junit.path, failing, junit.prefix)
        except (OSError, ET.ParseError) as problem:
            print(f"racewitness: the races could not be added to {junit.path}: {problem}", file=out)
    if status not in PYTEST_STATUSES:
        return status
    return int(status) or (TESTS_FAILED if failing else 0)


def tell(races: Sequence[Mapping[str, Any]], out: TextIO) -> None:
    """Print what raced, test by test, in pytest's own form."""
    if not races:
        return
    tests: dict[str, list[str]] = {}
    homeless: list[str] = []
    for race in races:
        first, second = (access["stack"][:1] for access in race["accesses"])
        places = " and ".join(sorted({f"{frame['file']}:{frame['line']}" for frame in first + second}))
        text = f"data race {race['id']}: {race['verdict']} of {race['location']['name']} at {places or '?'}"
        for test in race["tests"]:
            tests.setdefault(test, []).append(text)
        if not race["tests"]:
            homeless.append(text)
    print(f" data races in {len(tests)} test(s) ".center(COLUMNS, "="), file=out)
    for test, texts in tests.items():
        for text in texts:
            print(f"FAILED {test} - {text}", file=out)
    for text in homeless:
        print(f"ERROR outside any test - {text}", file=out)
    out.flush()
