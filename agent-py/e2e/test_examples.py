"""Each racy example races on every run, on the location that its docstring speaks of; its mended twin does not."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from conftest import HOME, Run

EXAMPLES = HOME / "examples"

# Example -> name, or its beginning, of the location that must be reported.
RACES = {
    "bank": "Account.balance",
    "counter": "counter.views",
    "event_flag": "Worker.stopping",
    "inventory": "dict['",
    "lazy_cache": "lazy_cache._settings",
    "publication": "publication.current",
}


def report_of(racewitness: Run, python: str, program: Path, scratch: Path) -> tuple[int, dict]:
    report = scratch / "report.json"
    done = racewitness("run", "--json", report, "--html", scratch / "html", "--", python, program)
    assert report.is_file(), done.err
    return done.status, json.loads(report.read_text())


def test_every_example_is_a_pair() -> None:
    racy = {file.stem for file in (EXAMPLES / "racy").glob("*.py")}
    mended = {file.stem for file in (EXAMPLES / "mended").glob("*.py")}
    assert racy == mended == set(RACES)


@pytest.mark.parametrize("name", sorted(RACES))
def test_racy(name: str, racewitness: Run, python: str, tmp_path: Path) -> None:
    program = EXAMPLES / "racy" / f"{name}.py"
    status, report = report_of(racewitness, python, program, tmp_path)
    failing = [race for race in report["races"] if race["level"] in ("error", "warning")]
    names = {race["location"]["name"] for race in failing}
    assert status == 66
    # The main script's module is __main__; either spelling of its globals reads well.
    wanted = RACES[name]
    alias = wanted.replace(f"{name}.", "__main__.")
    assert any(found.startswith((wanted, alias)) or found == wanted.rpartition(".")[2] for found in names), names
    for race in failing:
        for access in race["accesses"]:
            assert Path(access["stack"][0]["file"]).name == program.name, access


@pytest.mark.parametrize("name", sorted(RACES))
def test_mended(name: str, racewitness: Run, python: str, tmp_path: Path) -> None:
    status, report = report_of(racewitness, python, EXAMPLES / "mended" / f"{name}.py", tmp_path)
    assert [race for race in report["races"] if race["level"] in ("error", "warning")] == []
    assert status == 0


def test_times_lie_within_the_run(racewitness: Run, python: str, tmp_path: Path) -> None:
    done = racewitness(
        *("run", "--json", "races.json", "--trace-event", "races.trace.json", "--no-html", "--"),
        *(python, EXAMPLES / "racy" / "bank.py"),
    )
    assert done.status == 66, done.err
    report = json.loads((tmp_path / "races.json").read_text())
    begin = datetime.fromisoformat(report["run"]["startedAt"])
    end = begin + timedelta(milliseconds=report["run"]["durationMs"])
    explanation = report["races"][0]["explanation"]
    known = [access[side] for access in explanation["accesses"] for side in ("before", "after") if access[side]]
    times = [datetime.fromisoformat(sync["at"]) for sync in known]
    assert len(times) >= 2
    assert all(begin <= time <= end for time in times), (begin, times, end)
    events = json.loads((tmp_path / "races.trace.json").read_text())["traceEvents"]
    slices = [event for event in events if event["ph"] == "X"]
    assert len(slices) == 2 * len(report["races"])
    for event in slices:
        assert 0 <= event["ts"] < event["ts"] + event["dur"] <= (end - begin) / timedelta(microseconds=1)
