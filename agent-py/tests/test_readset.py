"""Reads of instructions that read much are held as of their moments, and told where a thread writes that knows none."""

import random
from pathlib import Path

import pytest

from core_trace import CoreTrace
from test_core_filter import RUN_WITH, TURNS, generate, races, twice
from test_kept import accesses, takes_turns

COUNT = 60
ROUNDS = 6

SHARED = f"""
class Node:
    def __init__(self, value): self.value, self.near = value, [value, value + 1]
nodes = [Node(i) for i in range({COUNT})]
items = list(range({COUNT}))
order = [i * 7919 % {COUNT} for i in range({COUNT})]
lock = threading.Lock()
def read_all():
    for i in order:
        nodes[i].value
        for near in nodes[i].near: pass
def read_items():
    for i in order:
        items[i]
def synchronise():
    with lock: pass
"""


def played(tmp_path: Path, agent_path: str, threads: list[str], schedule: str) -> tuple[CoreTrace, CoreTrace]:
    names = ", ".join(f"thread_{n}" for n in range(len(threads)))
    program = TURNS + SHARED + "".join(threads) + f"run([{names}], {schedule})\n"
    return twice(tmp_path, agent_path, program)


def test_read_again_and_again(tmp_path: Path, agent_path: str) -> None:
    """Each round is one epoch of each thread: what it reads there once more takes the place of what it read before."""
    threads = [takes_turns(f"thread_{n}", "read_all()", "read_items()", "synchronise()") for n in range(2)]
    schedule = f"[(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)] * {ROUNDS}"
    whole, filtered = played(tmp_path, agent_path, threads, schedule)
    assert accesses(whole, "Node")["value"] == (2 * ROUNDS + 1) * COUNT
    assert accesses(filtered, "Node")["value"] < 4 * COUNT
    assert sum(accesses(filtered, "list").values()) < sum(accesses(whole, "list").values()) / 3
    assert not races(filtered, reads_from=False)


EPOCHS = 20

IN_PARTS = f"""
def read_part(part):
    for i in range({COUNT}):
        if order[i] % {EPOCHS} == part:
            items[order[i]]
            nodes[order[i]].value
            for near in nodes[order[i]].near: pass
"""


def reads_in_parts(thread: int) -> str:
    """A thread that reads three places in each of its epochs: at step N those that leave N."""
    return (
        f"{IN_PARTS}def thread_{thread}(plan, read, write):\n    for step, mine, following in plan:\n"
        "        read(mine, 1)\n        read_part(step)\n        synchronise()\n        write(following, b'x')\n"
    )


def test_other_places_in_each_epoch(tmp_path: Path, agent_path: str) -> None:
    """However many epochs the reads were made in, those of a second round take the place of those of the first."""
    threads = [reads_in_parts(n) for n in range(2)]
    schedule = f"[(n, step) for step in range({EPOCHS}) for n in range(2)] * 3"
    whole, filtered = played(tmp_path, agent_path, threads, schedule)
    assert accesses(whole, "Node")["value"] == 7 * COUNT
    assert accesses(filtered, "Node")["value"] < 4 * COUNT
    assert not races(filtered, reads_from=False)


@pytest.mark.parametrize("place", ["items[{}]", "nodes[{}].value", "nodes[{}].near[0]"])
def test_each_read_is_told_as_of_its_own_epoch(tmp_path: Path, agent_path: str, place: str) -> None:
    """A writer that knows of the first half of a reader's epochs races only with what was read in the other half."""
    statements = [f"{place.format(part)} = -{part}" for part in range(EPOCHS)]
    threads = [reads_in_parts(0), takes_turns("thread_1", "synchronise()", *statements)]
    half = EPOCHS // 2
    reads = f"[(0, step) for step in range({EPOCHS})] + [(0, step) for step in range({half})] + [(1, 0)]"
    reads += f" + [(0, step) for step in range({half}, {EPOCHS})]"
    schedule = f"{reads} + [(1, 1 + part) for part in range({EPOCHS})]"
    for trace in played(tmp_path, agent_path, threads, schedule):
        assert len(races(trace, reads_from=False)) == EPOCHS - half  # one line reads, as many write


def test_items_in_a_row_are_told_as_of_their_own_epochs(tmp_path: Path, agent_path: str) -> None:
    """A thread that nothing orders has them all told at once, before the writer comes that knows of half of them."""
    statements = [f"items[{2 * EPOCHS + part}] = -1" for part in range(EPOCHS)]
    threads = [reads_in_parts(0), takes_turns("thread_1", "synchronise()", *statements)]
    threads.append(takes_turns("thread_2", "items.sort()"))
    half = EPOCHS // 2
    reads = f"[(0, step) for step in range({half})] + [(1, 0)] + [(0, step) for step in range({half}, {EPOCHS})]"
    schedule = f"{reads} + [(2, 0)] + [(1, 1 + part) for part in range({EPOCHS})]"
    whole, filtered = (races(t, reads_from=False) for t in played(tmp_path, agent_path, threads, schedule))
    assert whole == filtered
    assert len(whole) == COUNT + EPOCHS + EPOCHS - half  # the sort with all, and the writes with the reads of one half


@pytest.mark.parametrize("place", ["nodes[7].value", "items[7]", "items[59]", "nodes[41].near[1]"])
def test_a_write_finds_the_reads(tmp_path: Path, agent_path: str, place: str) -> None:
    """Both readers' reads of that place, and no other, race with a write that nothing orders."""
    threads = [takes_turns(f"thread_{n}", "read_all()", "read_items()", "synchronise()") for n in range(2)]
    threads.append(takes_turns("thread_2", f"{place} = 0"))
    schedule = f"[(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)] * {ROUNDS} + [(2, 0)]"
    for trace in played(tmp_path, agent_path, threads, schedule):
        found = races(trace, reads_from=False)
        assert len({race[0] for race in found}) == 1
        assert found == races(trace, reads_from=True)
        assert len(found) == 1  # both readers read by the same line


def test_a_write_that_knows_of_the_reads(tmp_path: Path, agent_path: str) -> None:
    """The lock orders the reads before the write, and the write before the next reads."""
    threads = [takes_turns(f"thread_{n}", "read_all()", "read_items()", "synchronise()") for n in range(2)]
    threads.append(takes_turns("thread_2", "synchronise(); nodes[7].value = 0; items[7] = 0; synchronise()"))
    schedule = f"[(0, 2), (0, 0), (1, 2), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 0)] * {ROUNDS}"
    for trace in played(tmp_path, agent_path, threads, schedule):
        assert not races(trace, reads_from=False)


def test_a_list_that_changes_as_a_whole(tmp_path: Path, agent_path: str) -> None:
    """Whoever sorts a list finds the reads of all its items."""
    threads = [takes_turns("thread_0", "read_items()", "synchronise()"), takes_turns("thread_1", "items.sort()")]
    schedule = f"[(0, 0), (0, 1)] * {ROUNDS} + [(1, 0)]"
    whole, filtered = played(tmp_path, agent_path, threads, schedule)
    assert races(whole, reads_from=False) == races(filtered, reads_from=False)
    assert races(whole, reads_from=False)


STATEMENTS = (
    "for v in {n}: v.x",
    "for v in {n}: v.x = 1",
    "for v in {n}: v.y",
    "for v in {n}: v.x += 1",
    "{n}[7].x = 1",
    "{n}[7].x",
    "with {m}: {n}[7].x = 1",
    "with {m}: [v.x for v in {n}]",
    "for i in range(24): {w}[i * 7 % 24]",
    "for i in range(24): {w}[i * 7 % 24] = i",
    "for i in range(24): {w}[i * 5 % 24]",
    "with {m}: [{w}[i * 7 % 24] for i in range(24)]",
    "{w}[5] = 1",
    "with {m}: {w}[9] = 1",
    "{w}.append(1)",
    "{w}.sort()",
    "len({w})",
    "with {m}: pass",
    "{m}.acquire(); {m}.release()",
    "{e}.set()",
    "{e}.wait(0)",
    "{o}.x = 1",
    "{o}.x",
)


def test_same_races(tmp_path: Path, agent_path: str) -> None:
    """At each place where the whole trace has a race, and nowhere else. Of the pairs of lines some may be missing: a
    read that the writer knows of is not told, and who races with it races with the write."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    generator = random.Random(seed)
    program = TURNS + RUN_WITH + "".join(generate(generator, number, STATEMENTS) for number in range(16))
    whole, filtered = twice(tmp_path, agent_path, program)
    expected, found = races(whole, reads_from=False), races(filtered, reads_from=False)
    assert len(expected) > 10, f"seed {seed}"
    assert found <= expected, f"seed {seed}, too many: {found - expected}"
    assert {race[0] for race in found} == {race[0] for race in expected}, f"seed {seed}, {expected - found}"
    assert len(filtered.accesses) < len(whole.accesses)
