"""`racewitness bench run` on tiny programs: every mode measured, and what must not be is told."""

import json
from pathlib import Path

from conftest import Run

RACY = """
import threading
class Box: pass
box = Box()
def work(): box.value = 1
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(box.value)
"""


def test_figures_of_every_mode(racewitness: Run, tmp_path: Path) -> None:
    figures, chart = tmp_path / "cost.json", tmp_path / "cost.html"
    options = ("--rounds", "1", "--size", "3", "--json", figures, "--html", chart)
    done = racewitness("bench", "run", *options, "hot_lock", "deep_stack")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["hot_lock", "deep_stack", "geometric"]
    assert all(len(line) <= 80 for line in lines)
    for workload in json.loads(figures.read_text())["workloads"]:
        (alone,), (floor,), (traced,) = (workload["samples"][mode] for mode in ("alone", "floor", "traced"))
        assert alone["wallMicros"] > 0
        assert alone["collectorMicros"] == alone["seen"] == alone["sent"] == 0
        assert floor["seen"] > 1000 > floor["sent"] > 0
        assert traced["sent"] > floor["sent"]
        assert traced["bytes"] >= 16 * traced["sent"]
        for sample in (alone, floor, traced):
            assert 5_000 < sample["peakKib"] < 500_000
            assert 0 < sample["programMicros"] < 60_000_000
        assert traced["collectorMicros"] > 0
    assert "hot_lock" in chart.read_text()


def test_scaling(racewitness: Run) -> None:
    done = racewitness("bench", "run", "--scaling", "--largest", "1", "--rounds", "1")
    assert (done.status, done.err) == (0, "")
    assert [line[:10].strip() for line in done.out.splitlines()[2:4]] == ["threads 1", "length 1"]


def test_programs_of_ones_own(racewitness: Run, tmp_path: Path) -> None:
    """They may race, and print what they like; one that fails has no figures."""
    racy, moody, broken = (tmp_path / f"{name}.py" for name in ("racy", "moody", "broken"))
    racy.write_text(RACY)
    moody.write_text("import sys; print('racewitness' in sys.modules)\n")
    broken.write_text("raise SystemExit('no such luck')\n")
    done = racewitness("bench", "run", "--rounds", "1", racy, moody, broken)
    assert done.status == 70
    assert [line.split()[0] for line in done.out.splitlines()[2:5]] == ["racy", "moody", "geometric"]
    note, problem = done.err.splitlines()
    assert "racy has races in the report (1); `racewitness run` on it shows them" in note
    assert "broken without the agent ended with status 1: no such luck [workload-failed]" in problem


def test_unknown_workload(racewitness: Run) -> None:
    done = racewitness("bench", "run", "hot_lok")
    assert done.status == 2
    assert "there is no workload hot_lok" in done.err
    assert "hot_lock" in done.err
