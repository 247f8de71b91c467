"""collections.deque: hand-over item by item, and the accounts of what is in it."""

import random
from collections import Counter, deque

import pytest

from collector import FakeCollector
from sync_trace import Event, trace

MAIN = "MainThread"
SHARED = """
import threading
from collections import deque
def in_thread(function):
    thread = threading.Thread(target=function, name="worker")
    thread.start(); thread.join()
in_thread(int)
A, B, C, D = (token(label, type(label, (), {})()) for label in "ABCD")
"""
"""A process that has had a second thread, and four items."""


def of(events: list[Event], thread: str = MAIN) -> list[str]:
    """Kind and item of each event, which all are that thread's."""
    assert all(event[0] == thread for event in events), events
    return [f"{event[1]} {event[3]}" for event in events]


def test_hand_over(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        SHARED
        + """
items = name("deque", deque())
@in_thread
def put():
    items.append(A); items.appendleft(B); items.append(C); deque.append(items, D)
assert [items.popleft(), items.pop(), items.popleft(), items.pop()] == [B, D, A, C]
for pop in (items.pop, items.popleft):
    try:
        pop()
    except IndexError:
        pass
""",
    )
    events = run.events()
    assert of(events[:4], "worker") == ["POST A", "POST B", "POST C", "POST D"]
    assert of(events[4:]) == ["TAKE B", "TAKE D", "TAKE A", "TAKE C"]


def test_one_thread_costs_nothing(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        """
from collections import deque
items = name("deque", deque([1]))
for n in range(100): items.append(n)
while items: items.popleft()
items.extend([1, 2]); items += [3]; items.clear()
""",
    )
    assert run.events() == []


def test_what_was_there_before(collector: FakeCollector, agent_path: str) -> None:
    """The first append tells what the deque held; so the same object put in later is not taken for it."""
    run = trace(
        collector,
        agent_path,
        SHARED
        + """
items = name("deque", deque([A, B] * 40))
items.pop()
items.append(A)
items.popleft()
""",
    )
    events = of(run.events())
    assert Counter(events[:-2]) == {"PLACE A": 40, "PLACE B": 39}
    assert events[-2:] == ["POST A", "TAKE A"]


def test_full_deque_pushes_out(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        SHARED
        + """
items = name("deque", deque(maxlen=2))
items.append(A); items.append(B); items.append(C); items.appendleft(D)
assert list(items) == [D, B]
items.extend(iter([A, C])); assert list(items) == [A, C]
items.extendleft((B,)); assert list(items) == [B, A]
items += [D]; assert list(items) == [A, D]
try:
    items.insert(0, B)
except IndexError:
    pass
nothing = name("nothing", deque(maxlen=0))
nothing.append(A); nothing.extend([B]); nothing.appendleft(C)
""",
    )
    assert run.events("nothing") == []
    assert of(run.events("deque")) == [
        *["POST A", "POST B", "POST C", "EVICT A", "POST D", "EVICT C"],
        *["POST A", "EVICT D", "POST C", "EVICT B"],
        *["POST B", "EVICT C"],
        *["POST D", "EVICT B"],
        *["POST B", "DROP B"],
    ]


def test_removed_cleared_replaced(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        SHARED
        + """
class Equal:
    def __eq__(self, other): return other is B
items = name("deque", deque())
items.extend([A, B, C]); items.insert(1, D)
items.rotate(1); items.reverse()
items.remove(Equal())
try:
    items.remove(B)
except ValueError:
    pass
items[0] = B; del items[1]
try:
    items[7] = A
except IndexError:
    pass
items *= 2
items.extend(items)
items.clear()
""",
    )
    events = of(run.events())
    assert events[:5] == ["POST A", "POST B", "POST C", "POST D", "EVICT B"]
    # after rotate and reverse: B, D, A, C less B, so D, A, C
    assert events[5:8] == ["EVICT D", "PLACE B", "EVICT A"]
    assert sorted(events[8:10]) == ["PLACE B", "PLACE C"]
    assert Counter(events[10:14]) == {"PLACE B": 2, "PLACE C": 2}
    assert Counter(events[14:]) == {"EVICT B": 4, "EVICT C": 4}


def test_iterables_behave_as_without_the_agent(collector: FakeCollector, agent_path: str) -> None:
    run = trace(
        collector,
        agent_path,
        SHARED
        + """
class Broken:
    def __iter__(self):
        yield A
        raise KeyError("broken")
items = name("deque", deque())
for bad, error in ((7, TypeError), (None, TypeError), (Broken(), KeyError)):
    for extend in (items.extend, items.extendleft, items.__iadd__):
        try:
            extend(bad)
        except error as caught:
            text = str(caught)
        else:
            raise AssertionError(bad)
        assert text == ("'broken'" if error is KeyError else f"'{type(bad).__name__}' object is not iterable")
def lazily():
    for item in (B, C):
        assert len(items) == before
        yield item
        globals()["before"] += 1
before = len(items)
items.extend(lazily())
class Mine(deque):
    def append(self, item):
        super().append(item)
    def __setitem__(self, index, item):
        super().__setitem__(index, item)
mine = name("mine", Mine())
mine.append(A); mine[0] = B; mine += [C]; mine.extend({D: 1})
assert list(mine) == [B, C, D] and type(mine) is Mine
""",
    )
    assert of(run.events("deque")) == ["POST A"] * 3 + ["POST B", "POST C"]
    assert of(run.events("mine")) == ["POST A", "EVICT A", "PLACE B", "POST C", "POST D"]


def test_deques_of_the_library_are_left_alone(collector: FakeCollector, agent_path: str) -> None:
    """queue.Queue has its mutex, Condition its lock, asyncio.Queue its thread; the event loop's own deque counts."""
    run = trace(
        collector,
        agent_path,
        SHARED
        + """
import asyncio, queue
channel = queue.Queue(); name("queue", channel.queue)
channel.put(A); channel.get()
condition = threading.Condition(); name("waiters", condition._waiters)
with condition: condition.wait(0.001)
async def main():
    single = asyncio.Queue(); name("single", single._queue)
    loop = asyncio.get_running_loop(); name("ready", loop._ready)
    await single.put(A)
    done = asyncio.Event()
    threading.Thread(target=loop.call_soon_threadsafe, args=(done.set,), name="worker").start()
    await done.wait()
    assert await single.get() is A
asyncio.run(main())
""",
    )
    assert run.events("queue", "waiters", "single") == []
    ready = run.events("ready")
    (posted,) = [event for event in ready if event[0] == "worker"]
    assert posted[1] == "POST"
    assert (MAIN, "TAKE", "ready", posted[3]) in ready[ready.index(posted) :]


def test_finalisation_does_not_change(collector: FakeCollector, agent_path: str) -> None:
    trace(
        collector,
        agent_path,
        SHARED
        + """
import weakref
class Item: pass
def gone(change):
    item = Item(); reference = weakref.ref(item)
    items = deque([Item()], maxlen=2)
    items.append(item); del item
    assert reference() is not None
    change(items)
    assert reference() is None
gone(lambda items: items.pop())
gone(lambda items: items.extend([1, 2]))
gone(lambda items: (items.append(1), items.append(2)))
gone(lambda items: items.clear())
gone(lambda items: items.__delitem__(1))
gone(lambda items: items.__setitem__(1, 1))
gone(lambda items: items.remove(items[1]))
""",
    )


OPERATIONS = """
import random
random.seed({seed})
items = name("deque", deque([A, A, B], maxlen={maxlen}))
def choose():
    return random.choice([A, B, C, D, None, 1])
token("None", None); token("1", 1)
operations = [
    lambda: items.append(choose()),
    lambda: items.append(choose()),
    lambda: items.appendleft(choose()),
    lambda: items.extend([choose(), choose()]),
    lambda: items.extendleft(iter([choose(), choose(), choose()])),
    lambda: items.insert(random.randrange(5), choose()),
    lambda: items.pop(),
    lambda: items.popleft(),
    lambda: items.popleft(),
    lambda: items.remove(choose()),
    lambda: items.rotate(random.randrange(3)),
    lambda: items.__setitem__(random.randrange(3), choose()),
    lambda: items.__delitem__(random.randrange(3)),
    lambda: items.__iadd__([choose()]),
    lambda: items.clear() if random.random() < 0.1 else None,
    lambda: items.__imul__(2) if len(items) < 20 else None,
]
items.append(A)
for _ in range(500):
    try:
        random.choice(operations)()
    except (IndexError, ValueError):
        pass
print(*(label_of[id(item)] for item in items))
"""


@pytest.mark.parametrize("maxlen", [None, 1, 7])
def test_the_accounts_hold(collector: FakeCollector, agent_path: str, maxlen: int | None) -> None:
    """Whatever is done to a deque: what came in less what went out is what is in it, item by item."""
    seed = random.SystemRandom().randrange(1 << 32)
    print("seed", seed)
    labels = "label_of = {id(A): 'A', id(B): 'B', id(C): 'C', id(D): 'D', id(None): 'None', id(1): '1'}\n"
    run = trace(collector, agent_path, SHARED + labels + OPERATIONS.format(seed=seed, maxlen=maxlen))
    waiting: dict[str, deque[str]] = {}
    for _, kind, _, item in run.events():
        channel = waiting.setdefault(item, deque())
        if kind in ("POST", "PLACE"):
            channel.append(kind)
        elif kind == "DROP":
            channel.pop()
        else:
            assert kind in ("TAKE", "EVICT")
            channel.popleft()
    left = Counter({item: len(channel) for item, channel in waiting.items() if channel})
    assert left == Counter(run.said[-1].split()), seed
