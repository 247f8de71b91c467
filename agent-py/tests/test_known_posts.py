"""What a thread knows of the one that put an item into a container, however many items wait."""

from pathlib import Path

import pytest

from core_trace import CoreTrace
from test_core_filter import TURNS
from test_kept import races, run, takes_turns

WAITING = 12_000
LEFT = 140_000  # more than are told apart
BOXES = 50

HANDED_OVER = f"""
import os, queue, threading
class Box: pass
def hands_over(more):
    '''One thread makes boxes; another one fills a queue with them, from which the first takes them once all is in it,
    and drops them. That all is there a pipe says, which orders nothing.'''
    items, handed, (full, fill) = queue.SimpleQueue(), queue.SimpleQueue(), os.pipe()
    def fills():
        for box in handed.get():
            box.value = 1
            items.put(box)
        for number in range(more): items.put(1000 + number)
        del box
        os.write(fill, b"x")
    def empties():
        boxes = [Box() for _ in range({BOXES})]
        handed.put(tuple(boxes))
        os.read(full, 1)
        for _ in range({BOXES}): items.get().value
        boxes.clear()
    threads = [threading.Thread(target=f) for f in (fills, empties)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
"""


def recorded_reads(trace: CoreTrace) -> int:
    """How many reads of boxes were not kept back until their end."""
    return sum(access.name == "Box" and access.operation == "READ" for access in trace.accesses)


def test_many_items_wait(tmp_path: Path, agent_path: str) -> None:
    """Each is known to have been made before by the one who takes it: nothing is recorded of that."""
    trace = run(tmp_path, agent_path, HANDED_OVER + f"hands_over({WAITING})\n")
    assert recorded_reads(trace) == 0
    assert not races(trace)


def test_what_is_left_in_queues_that_are_gone_is_forgotten(tmp_path: Path, agent_path: str) -> None:
    program = (
        HANDED_OVER
        + f"""
def leaves():
    for _ in range({LEFT // 1000}):
        some = queue.SimpleQueue()
        for number in range(1000): some.put(1000 + number)
thread = threading.Thread(target=leaves)
thread.start()
thread.join()
hands_over(0)
"""
    )
    assert recorded_reads(run(tmp_path, agent_path, program)) == 0


@pytest.mark.parametrize(
    ("container", "put", "get"), [("queue.SimpleQueue()", "put", "get"), ("deque()", "append", "popleft")]
)
def test_an_item_that_two_threads_have_put(tmp_path: Path, agent_path: str, container: str, put: str, get: str) -> None:
    """Who takes it first is ordered behind the first of them alone."""
    program = (
        TURNS
        + f"""
import queue
from collections import deque
class First: pass
class Second: pass
first, second, item, items = First(), Second(), [], {container}
first.value = second.value = 0
def looks(item):
    first.value
    second.value
"""
        + takes_turns("one", f"first.value = 1; items.{put}(item)")
        + takes_turns("other", f"second.value = 1; items.{put}(item)")
        + takes_turns("taker", f"looks(items.{get}())", f"looks(items.{get}())")
        + "run([one, other, taker], [(0, 0), (1, 0), (2, 0), (2, 1)])\n"
    )
    found = {race[0] for race in races(run(tmp_path, agent_path, program))}
    assert {name for name in found if name.startswith("instance")} == {"instance Second value"}
