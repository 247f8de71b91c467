"""Programs that end without a word: what they had executed is in the report all the same.

RACEWITNESS_CRASHES says how many programs are ended (20; 200 is the thorough run), RACEWITNESS_SEED repeats a run.
"""

import json
import os
import random
from pathlib import Path

import pytest

from conftest import Done, Run

CRASHES = int(os.environ.get("RACEWITNESS_CRASHES", "20"))
SEED = int(os.environ.get("RACEWITNESS_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
ROUNDS = 1500
GRACE_NS = 100_000_000
"""What ran in the last moments may be missing."""

ENDS = {
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", 128 + 9, {"signal"}),
    "abort": ("os.abort()", 128 + 6, {"signal"}),
    "_exit": ("os._exit(7)", 7, {"exit"}),
    "segmentation fault": ("ctypes.string_at(0)", 128 + 11, {"signal"}),
    "execv": ("os.execv('/bin/sh', ['sh', '-c', 'exit 7'])", 7, {"exec"}),
}
"""What ends the program, the status it has then, and what the report may call that."""

PROGRAM = """
import ctypes, os, signal, threading, time

class Box:
    pass

box, far = Box(), threading.Event()
log = os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def end():
    {moment}
    os.write(log, b"end %d\\n" % time.monotonic_ns())
    {end}

threading.Thread(target=end, daemon=True).start()
"""

ROUND = """
def site_{number}():
    box.n_{number} = 1

threads = [threading.Thread(target=site_{number}) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.write(log, b"{number} %d\\n" % time.monotonic_ns())
"""


@pytest.mark.parametrize("number", range(CRASHES))
def test_what_was_executed_is_reported(racewitness: Run, python: str, tmp_path: Path, number: int) -> None:
    chance = random.Random(SEED + number)
    print(f"RACEWITNESS_SEED={SEED}, program {number}")
    how = list(ENDS)[number % len(ENDS)]
    statement, status, ended_by = ENDS[how]
    log, program = tmp_path / "log", tmp_path / "program.py"
    text = PROGRAM.format(log=str(log), moment=f"time.sleep({chance.uniform(0.15, 1.2)})", end=statement)
    program.write_text(text + "".join(ROUND.format(number=n) for n in range(ROUNDS)) + "\nthreading.Event().wait()\n")

    done: Done = racewitness("run", "--no-html", "--json", "races.json", "--", python, program)
    assert done.status == status, done.err
    report = json.loads((tmp_path / "races.json").read_text())
    moments = dict(line.split() for line in log.read_text().splitlines())
    last = int(moments.pop("end")) - GRACE_NS
    due = {f"Box.n_{site}" for site, moment in moments.items() if int(moment) < last}
    found = {race["location"]["name"] for race in report["races"]}
    assert due <= found, f"{how}: missing {sorted(due - found)} of {len(due)}"

    traced = report["run"]["processes"][0]
    assert traced["endedBy"] in ended_by
    for books in (report["stats"], *report["run"]["processes"]):
        assert books["received"] == books["analysed"] + books["dropped"] + books["malformed"]
    assert report["stats"]["malformed"] == 0


def test_all_that_was_executed_is_reported(racewitness: Run, python: str, tmp_path: Path) -> None:
    """The check above is no check where nothing is due: here the end comes when all is done."""
    log, program = tmp_path / "log", tmp_path / "program.py"
    text = PROGRAM.format(log=str(log), moment="far.wait()", end=ENDS["SIGKILL"][0])
    program.write_text(
        text + "".join(ROUND.format(number=n) for n in range(20)) + "\nfar.set()\nthreading.Event().wait()\n"
    )
    done: Done = racewitness("run", "--no-html", "--json", "races.json", "--", python, program)
    assert done.status == 128 + 9, done.err
    found = {race["location"]["name"] for race in json.loads((tmp_path / "races.json").read_text())["races"]}
    assert found == {f"Box.n_{site}" for site in range(20)}
