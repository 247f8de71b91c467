"""known-failing.txt only ever shrinks: _verify.py fails when a listed case passes and when an unlisted one fails."""

import shutil
import sys
from pathlib import Path

import pytest

from conftest import HOME, Run

# Stands in for the detector: reports nothing, so a race-free case passes and a racy one fails.
BLIND_DETECTOR = """\
import json, sys
with open(sys.argv[sys.argv.index("--json") + 1], "w") as out:
    json.dump({"races": [], "stats": {}}, out)
"""

RACY = "# case: racy\nx = 1  # race: x\n"
FREE = "# case: race-free\nx = 1\n"


@pytest.mark.parametrize(
    ("listed", "status", "said"),
    [
        ("a/racy", 0, "1 passed, 1 failed"),
        ("", 1, "FAIL a/racy: racy"),
        ("a/racy  # why\na/free", 1, "PASS a/free, listed on line 2 of known-failing.txt: remove that line"),
        ("a/racy\na/gone", 1, "known-failing.txt:2: there is no case a/gone; remove the line"),
        ("a/racy\na/racy", 1, "known-failing.txt:2: a/racy is listed twice"),
    ],
)
def test_list_and_outcome_must_agree(listed: str, status: int, said: str, run: Run, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "a").mkdir(parents=True)
    for script in ("check.py", "_verify.py"):
        shutil.copy(HOME / "corpus" / script, corpus)
    (corpus / "a" / "racy.py").write_text(RACY)
    (corpus / "a" / "free.py").write_text(FREE)
    (corpus / "known-failing.txt").write_text(listed + "\n")
    detector = tmp_path / "detector.py"
    detector.write_text(BLIND_DETECTOR)
    done = run(
        sys.executable,
        corpus / "_verify.py",
        "--racewitness",
        f"{sys.executable} {detector}",
        "--python",
        sys.executable,
    )
    assert done.status == status, done
    assert said in done.out + done.err
