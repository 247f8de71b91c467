#!/usr/bin/env python3
"""Run test suites with and without the agent and print the differences, test by test.

    compare.py cpython --python python3.13t --racewitness ./racewitness [TEST...]
    compare.py package --python VENV/bin/python --racewitness ./racewitness DIR [PYTEST-ARG...]

``cpython`` runs CPython's own tests (``python -m test``; all of TESTS where none is named), ``package`` the pytest
suite in a directory. An observed process has no other outcome than an unobserved one: the status is 0 when that held
for every test, 1 when one differed. Tests that differ between two unobserved runs too are shown, but do not count.
"""

import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

TESTS = [
    "test_thread",
    "test_threading",
    "test_threading_local",
    "test_queue",
    "test_concurrent_futures",
    "test_free_threading",
    "test_asyncio",
    "test_dict",
    "test_list",
    "test_set",
    "test_deque",
    "test_ordered_dict",
    "test_functools",
    "test_weakref",
    "test_gc",
    "test_generators",
    "test_coroutines",
    "test_descr",
    "test_dataclasses",
    "test_enum",
    "test_contextlib",
    "test_json",
    "test_pickle",
    "test_subprocess",
    "test_multiprocessing_fork",
]

Outcomes = dict[str, str]


def outcomes(file: Path) -> Outcomes:
    """What became of each test, from a JUnit XML file; nothing where there is none."""
    if not file.is_file() or file.stat().st_size == 0:
        return {}
    found: Outcomes = {}
    for case in ET.parse(file).iter("testcase"):
        name = f"{case.get('classname') or ''}.{case.get('name')}".lstrip(".")
        kinds = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        found[name] = kinds[0] if kinds else "passed"
    return found


def run(command: list[str], directory: Path, timeout: float) -> tuple[str, str]:
    """Run a command; its status in words, and the end of what it said."""
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end within {timeout:.0f} s", ""
    return f"status {done.returncode}", done.stdout[-2000:]


class Suite:
    """One thing to compare: a command that writes a JUnit XML file."""

    def __init__(self, name: str, command: list[str], directory: Path, options: argparse.Namespace) -> None:
        self.name = name
        self.command = command
        self.directory = directory
        self.options = options

    def outcomes(self, *, observed: bool) -> tuple[Outcomes, str, str]:
        """Run it; the outcomes, the status, and the end of its output."""
        with tempfile.TemporaryDirectory(prefix="racewitness-compare-") as scratch:
            file = Path(scratch, "junit.xml")
            command = [part.replace("{junit}", str(file)) for part in self.command]
            if observed:
                launcher = [self.options.racewitness, "run", "--no-html", "--fail-on", "never"]
                command = [*launcher, *self.options.option, "--", *command]
            status, output = run(command, self.directory, self.options.timeout)
            return outcomes(file), status, output

    def compare(self) -> bool:
        """Print what differs; whether nothing does."""
        alone, status, _ = self.outcomes(observed=False)
        observed, observed_status, output = self.outcomes(observed=True)
        if not alone:
            print(f"NOTHING {self.name}: no test ran alone ({status})", flush=True)
            return False
        names = sorted(name for name in alone.keys() | observed.keys() if alone.get(name) != observed.get(name))
        if not names and status == observed_status:
            print(f"same    {self.name}: {len(alone)} tests, {status}", flush=True)
            return True
        again, _, _ = self.outcomes(observed=False)
        unstable = {name for name in alone.keys() | again.keys() if alone.get(name) != again.get(name)}
        differing = [name for name in names if name not in unstable]
        print(
            f"{'DIFFERS' if differing or not names else 'same   '} {self.name}: {len(alone)} tests, "
            f"alone {status}, observed {len(observed)} tests, {observed_status}"
        )
        for name in names:
            note = " (differs between two runs alone too)" if name in unstable else ""
            print(f"        {name}: {alone.get(name, 'absent')} -> {observed.get(name, 'absent')}{note}")
        if differing or not names:
            print("        | " + "\n        | ".join(output.splitlines()[-25:]), flush=True)
        return not differing and bool(names)


def main() -> int:
    """Compare what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("cpython", "package"))
    parser.add_argument("--python", default="python3.13t", help="the free-threaded interpreter")
    parser.add_argument("--racewitness", default="racewitness", help="the command line")
    parser.add_argument("--timeout", type=float, default=900.0, help="seconds that one run may take")
    parser.add_argument("--option", action="append", default=[], help="a further option of `racewitness run`")
    options, rest = parser.parse_known_args()
    if options.what == "cpython":
        suites = [
            Suite(name, [options.python, "-m", "test", "--junit-xml", "{junit}", name], Path.cwd(), options)
            for name in rest or TESTS
        ]
    elif rest:
        command = [options.python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junit-xml", "{junit}", *rest[1:]]
        suites = [Suite(rest[0], command, Path(rest[0]), options)]
    else:
        parser.error("name the directory of the package")
    same = [suite.compare() for suite in suites]
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
