"""However a process ends and whoever started it, the report says how, and holds what it had done until then."""

import json
from pathlib import Path

import pytest

from conftest import Done, Run

WORK = """
import ctypes, os, signal, threading

class Box: n = 0
box = Box()

def race():
    def write():
        box.n = 1
    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

def end():
    race()
    {end}
"""

FORK = (
    WORK
    + """
if (child := os.fork()) == 0:
    end()
os.waitpid(child, 0)
"""
)

SPAWN = (
    WORK
    + """
import multiprocessing
if __name__ == "__main__":
    process = multiprocessing.get_context({method!r}).Process(target=end)
    process.start()
    process.join()
"""
)

SUBPROCESS = """
import subprocess, sys
subprocess.run([sys.executable, "-c", {program!r}])
"""

ENDS = {
    "_exit": ("os._exit(3)", "exit"),
    "abort": ("os.abort()", "signal"),
    "SIGKILL": ("os.kill(os.getpid(), signal.SIGKILL)", "signal"),
    "SIGTERM": ("signal.raise_signal(signal.SIGTERM)", "signal"),
    "segmentation fault": ("ctypes.string_at(0)", "signal"),
    "C exit": ("ctypes.CDLL(None).exit(3)", "exit"),
    "execv": ("os.execv('/bin/true', ['true'])", "exec"),
    "failed execv": ("\n    try: os.execv('/nowhere', ['x'])\n    except OSError: os._exit(0)", "exit"),
    "out of memory": (
        """
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))
    try: bytearray(1 << 40)
    except MemoryError: os.kill(os.getpid(), signal.SIGKILL)""",
        "signal",
    ),
}


def programs(end: str) -> dict[str, str]:
    """A program for each way to have a child, whose child ends in that way."""
    return {
        "fork": FORK.format(end=end),
        "multiprocessing fork": SPAWN.format(end=end, method="fork"),
        "spawn": SPAWN.format(end=end, method="spawn"),
        "forkserver": SPAWN.format(end=end, method="forkserver"),
        "subprocess": SUBPROCESS.format(program=WORK.format(end=end) + "\nend()\n"),
    }


@pytest.mark.parametrize("how", list(ENDS))
def test_children_of_observed_processes(racewitness: Run, python: str, tmp_path: Path, how: str) -> None:
    end, ended_by = ENDS[how]
    for name, text in programs(end).items():
        program = tmp_path / "program.py"
        program.write_text(text)
        done: Done = racewitness("run", "--no-html", "--json", "races.json", "--", python, program)
        report = json.loads((tmp_path / "races.json").read_text())
        processes = report["run"]["processes"]
        assert {race["location"]["name"] for race in report["races"]} == {"Box.n"}, (name, done.err)
        # The child with the race is the only one with threads; helpers of multiprocessing end by themselves.
        assert [p["endedBy"] for p in processes if p["threads"] == 3] == [ended_by], (name, processes)
        assert not [p for p in processes if p["threads"] != 3 and p["endedBy"] != "exit"], (name, processes)
        for books in (report["stats"], *processes):
            assert books["received"] == books["analysed"] + books["dropped"] + books["malformed"]
        assert "nobody saw" not in done.err
        assert ("ended by signal" in done.err) == (ended_by == "signal"), done.err


@pytest.mark.parametrize("how", list(ENDS))
def test_children_of_others(racewitness: Run, python: str, tmp_path: Path, how: str) -> None:
    """What a process does to itself is known whoever its parent is; what is done to it, mostly."""
    end, ended_by = ENDS[how]
    # A process that is killed before the collector has seen it connect leaves nobody who knows.
    allowed = {ended_by} if how in ("abort", "_exit", "C exit", "execv") else {ended_by, "unknown"}
    program = tmp_path / "program.py"
    program.write_text(WORK.format(end=end) + "\nend()\n")
    racewitness(
        "run", "--no-html", "--json", "races.json", "--", "sh", "-c", f"{python} {program}; {python} {program}; true"
    )
    report = json.loads((tmp_path / "races.json").read_text())
    assert len(report["run"]["processes"]) == 2
    assert {p["endedBy"] for p in report["run"]["processes"]} <= allowed
    assert {race["location"]["name"] for race in report["races"]} == {"Box.n"}
