"""The programs of bench/workloads: no alarm on any of them, not even a note, and the same result with the agent."""

import json
from pathlib import Path

import pytest

from conftest import HOME, Run

WORKLOADS = sorted((HOME / "bench" / "workloads").glob("*.py"))
THREADS = "4"
SIZE = "4"


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.stem)
def test_no_alarm(workload: Path, run: Run, racewitness: Run, python: str, tmp_path: Path) -> None:
    alone = run(python, workload, THREADS, SIZE)
    assert (alone.status, alone.err) == (0, "")
    report = tmp_path / "report.json"
    options = ("--json", report, "--html", tmp_path / "html", "--fail-on", "note")
    traced = racewitness("run", *options, "--", python, workload, THREADS, SIZE)
    assert (traced.status, traced.out) == (0, alone.out), traced.err
    found = json.loads(report.read_text())
    assert found["races"] == []
    assert found["run"]["processes"][0]["threads"] > int(THREADS)
    assert found["stats"]["events"] > 0
    assert found["stats"]["lostEvents"] == 0
