"""Races of a decoded run by brute force, as docs/semantics.md defines them; for runs whose order of events is known.

The events of all threads are taken in order of their times. That is their order where the threads take turns and the
turn goes through something that orders nothing for the agent (a pipe). Clocks count every event; each access is held
against every earlier one of its location.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import wire
from core_trace import OPERATIONS, Access, CoreTrace

Facet = tuple[str, object]
Clock = Counter[int]
Race = tuple[str, str, str]

SHAPE: Facet = ("shape", None)
ALL: Facet = ("all", None)
NEITHER, READS, WRITES, BOTH = "", "R", "W", "RW"

TABLE = {
    "READ": (READS, NEITHER, NEITHER),
    "WRITE": (WRITES, NEITHER, NEITHER),
    "DELETE": (WRITES, NEITHER, NEITHER),
    "INSERT": (WRITES, WRITES, NEITHER),
    "REMOVE": (WRITES, WRITES, NEITHER),
    "UPDATE_INSERT": (BOTH, WRITES, NEITHER),
    "UPDATE_REMOVE": (BOTH, WRITES, NEITHER),
    "UPDATE_KEEP": (READS, NEITHER, NEITHER),
    "APPEND": (WRITES, WRITES, NEITHER),
    "POP_END": (BOTH, WRITES, NEITHER),
    "SHAPE_READ": (NEITHER, READS, NEITHER),
    "POP_EMPTY": (NEITHER, READS, NEITHER),
    "ITERATE_STEP": (READS, READS, NEITHER),
    "ITERATE": (NEITHER, READS, NEITHER),
    "READ_ALL": (NEITHER, READS, READS),
    "TORN_ALL": (NEITHER, WRITES, WRITES),
    "WRITE_ALL": (NEITHER, WRITES, WRITES),
    "EXTEND": (WRITES, WRITES, NEITHER),
}
"""At the key, at the shape, at all items (docs/wire-format.md, Operations)."""


def one_by_one(record: wire.Record) -> list[wire.Record]:
    """The accesses that a range stands for; any other record, and a range that changes the shape, as it is."""
    operation = OPERATIONS[record.op]
    if record.tag != wire.ACCESS_RANGE or (TABLE[operation][1] == WRITES and operation != "APPEND"):
        return [record]
    count, stride = record.words[3] & 0xFFFFFFFF, max(1, record.words[3] >> 32)
    first = record.words[2]
    return [
        replace(record, tag=wire.ACCESS, words=(*record.words[:2], first + n * stride, *record.words[3:]))
        for n in range(count)
    ]


def facets(access: Access) -> Iterator[tuple[Facet, str]]:
    """The locations of its object that an access touches, and how."""
    at_key, shape, everything = TABLE[access.operation]
    if at_key:
        count = access.record.words[3] & 0xFFFFFFFF if access.record.tag == wire.ACCESS_RANGE else 1
        for n in range(count):
            yield ("key", access.record.key + n), at_key
    if shape:
        yield SHAPE, shape
    if everything:
        yield ALL, everything


def overlap(one: Facet, other: Facet) -> bool:
    """Whether two facets of one object share a location."""
    return one == other or (one[0] == "all" and other[0] == "key") or (one[0] == "key" and other[0] == "all")


@dataclass
class Past:
    """An access that was judged."""

    access: Access
    how: str
    clock: Clock


class Judge:
    """Goes through a run's events; ``races`` are (object, access, access), both with line, in alphabetical order.

    ``reads_from``: a read comes after the write that it saw (schedulable happens-before).
    """

    def __init__(self, trace: CoreTrace, *, reads_from: bool, name: Callable[[Access], str]) -> None:
        self.races: set[Race] = set()
        self._reads_from = reads_from
        self._name = name
        self._clocks: dict[int, Clock] = {}
        self._kept: dict[tuple[object, ...], Clock] = {}
        self._queues: dict[tuple[int, int], deque[Clock]] = {}
        self._past: dict[int, list[tuple[Facet, Past]]] = {}
        self._before_children: dict[int, Clock] = {}
        told = [r for r in trace.records if r.tag in (wire.ACCESS, wire.ACCESS_RANGE, wire.SYNC, wire.DEAD)]
        events = [part for r in told for part in one_by_one(r)]
        accesses = {id(r): trace.access(r) for r in events if r.tag in (wire.ACCESS, wire.ACCESS_RANGE)}
        for record in sorted(events, key=lambda r: r.time):
            clock = self._clocks.setdefault(record.thread, Counter())
            clock[record.thread] += 1
            if record.tag == wire.SYNC:
                self._sync(record, clock)
            elif record.tag == wire.DEAD:
                self._past.pop(record.object, None)
            else:
                self._access(accesses[id(record)], clock)

    def _sync(self, r: wire.Record, clock: Clock) -> None:
        queue = self._queues.setdefault((r.object, r.token), deque())
        match r.kind:
            case "RELEASE":
                self._kept["lock", r.object] = clock.copy()
            case "ACQUIRE":
                clock |= self._kept.get(("lock", r.object), Counter())
            case "FORK":
                self._kept["thread", r.token] = clock.copy()
            case "BEGIN":
                clock |= self._kept.get(("thread", r.thread), Counter())
            case "JOIN":
                clock |= self._clocks[r.token]
            case "SIGNAL":
                channel = ("channel", r.object, r.token)
                self._kept[channel] = self._kept.get(channel, Counter()) | clock
            case "OBSERVE":
                clock |= self._kept.get(("channel", r.object, r.token), Counter())
            case "POST":
                queue.append(clock.copy())
            case "PLACE":
                queue.append(Counter())
            case "TAKE":
                clock |= queue.popleft() if queue else Counter()
            case "EVICT" | "DROP":
                queue.popleft() if r.kind == "EVICT" else queue.pop()
            case "LAST_USE":
                for _, past in self._past.get(r.object, []):
                    clock |= past.clock
            case kind:
                assert kind == "END"

    def _access(self, access: Access, clock: Clock) -> None:
        history = self._past.setdefault(access.object, [])
        seen: list[Clock] = []
        touched = list(facets(access))
        for facet, how in touched:
            last_writes: dict[Facet, Clock] = {}
            for other_facet, past in history:
                if not overlap(facet, other_facet):
                    continue
                thread = past.access.thread
                if thread != access.thread and ("W" in how or "W" in past.how) and past.clock[thread] > clock[thread]:
                    one, other = sorted((describe(past.access), describe(access)))
                    self.races.add((self._name(access), one, other))
                if "W" in past.how:
                    last_writes[other_facet if facet == ALL else facet] = past.clock
            if "R" in how:
                seen += last_writes.values()
        if self._reads_from:
            for write in seen:
                clock |= write
        history += [(facet, Past(access, how, clock.copy())) for facet, how in touched]


def describe(access: Access) -> str:
    """An access as one end of a race."""
    return f"{access.frame}: {access}"
