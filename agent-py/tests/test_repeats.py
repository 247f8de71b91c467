"""An attribute that is used again is left out only while everything is as it was."""

from pathlib import Path

import pytest

from collector import FakeCollector
from core_judge import Judge
from core_trace import run_traced
from test_core_filter import TURNS, name_of
from test_kept import takes_turns

SHARED = """
class O: pass
class Holder: pass
holder, lock = Holder(), threading.Lock()
holder.o = O()
holder.o.x = holder.o.y = holder.o.flag = 0
def ask():
    try: holder.o.late
    except AttributeError: pass
"""

USED = "instance O x"

CASES = {
    # in the reader's next epoch, which the writer does not know of
    "epoch": (("holder.o.x", "with lock: pass"), ("with lock: pass", "holder.o.x = 1"), "a0 a0 a0 a1 b0 a0 b1", {USED}),
    # up to there all that was read comes before the write
    "no race": (("holder.o.x", "with lock: pass"), ("with lock: pass", "holder.o.x = 1"), "a0 a0 a0 a1 b0 b1", set()),
    # the name is the class's now
    "type": (("ask()",), ("O.late = 1",), "a0 a0 a0 b0 a0", {"class O late"}),
    # what is read next was published by the write
    "write": (
        ("holder.o.flag", "holder.o.x"),
        ("holder.o.x = holder.o.flag = 1",),
        "a0 a0 a0 b0 a0 a1",
        {"instance O flag"},
    ),
    # the write that is read publishes the one before
    "news": (
        ("holder.o.flag = 1", "holder.o.x = 1"),
        ("holder.o.flag; holder.o.x",),
        "a0 a0 a0 a1 a0 b0",
        {"instance O flag"},
    ),
    # the same where the thread goes on to write both in turn
    "news in turn": (
        ("holder.o.flag = 1", "holder.o.x = 1"),
        ("holder.o.flag; holder.o.x",),
        "a0 a1 a0 a1 a0 a1 a0 b0",
        {"instance O flag"},
    ),
    # what the write that is read comes after, though the thread had written the same before the first reader came
    "reader": (
        ("holder.o.flag = 1", "holder.o.x"),
        ("holder.o.flag", "holder.o.x = 1"),
        "a0 a0 a0 b0 a1 a0 b0 b1",
        {"instance O flag"},
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("setting", ["off", "on"])
def test_repeats(tmp_path: Path, agent_path: str, case: str, setting: str) -> None:
    """The same races are found with the filter and without it."""
    one, other, schedule, expected = CASES[case]
    turns = [("ab".index(turn[0]), int(turn[1:])) for turn in schedule.split()]
    program = TURNS + SHARED + takes_turns("a", *one) + takes_turns("b", *other) + f"run([a, b], {turns})\n"
    with FakeCollector(tmp_path / "run") as collector:
        trace = run_traced(collector, agent_path, program, RACEWITNESS_FILTER=setting)
    reads_from = case in ("write", "news", "news in turn", "reader")
    assert {race[0] for race in Judge(trace, reads_from=reads_from, name=name_of).races} == expected


def test_a_repeat_is_left_out(tmp_path: Path, agent_path: str) -> None:
    """Of a hundred uses of an attribute in one epoch one or two are recorded."""
    program = TURNS + SHARED + takes_turns("a", "holder.o.x") + "run([a], [(0, 0)] * 100)\n"
    with FakeCollector(tmp_path / "run") as collector:
        trace = run_traced(collector, agent_path, program, RACEWITNESS_FILTER="on")
    assert sum((access.name, access.key) == ("O", "x") for access in trace.accesses) <= 2
