"""What a traced program synchronised: (thread, kind, object), by the names that the program gives its objects.

A program under test says ``name("label", obj)`` for the objects it is about; that is a happens_before(obj), from which
the object's number is known here. ``token("label", obj)`` does the same for an address, ``mark()`` cuts the sequence.
``points("a", "b")`` and then ``point("a")`` in any thread say what order is asked about.
"""

import subprocess
import sys
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import wire
from collector import PATIENCE, FakeCollector

ANNOTATION = 2
"""Token of SIGNAL and OBSERVE records that annotations make."""

PREAMBLE = """
import sys as _sys
import racewitness as _racewitness
assert _racewitness.active()
def name(label, obj):
    _sys.stdout.write("name " + label + chr(10))
    _racewitness.happens_before(obj)
    return obj
def token(label, obj):
    _sys.stdout.write("token " + label + " " + str(id(obj)) + chr(10))
    return obj
def mark():
    _racewitness.happens_after(_MARK)
_MARK = name("mark", type("Mark", (), {})())
def points(*labels):
    for label in labels:
        _points[label] = name(label, type("Point", (), {})())
def point(label):
    _racewitness.happens_after(_points[label])
_points = {}
"""

Event = tuple[str, ...]
"""(thread, kind, object[, token]): thread and object by name."""


@dataclass
class Trace:
    """One traced run of a program."""

    session: wire.Session
    output: list[str]
    stderr: str
    objects: dict[int, str] = field(default_factory=dict)
    tokens: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.output:
            return
        labels = [line.split()[1] for line in self.output if line.startswith("name ")]
        named = [s.object for s in self.syncs if s.kind == "SIGNAL" and s.token == ANNOTATION]
        assert len(labels) <= len(named), self.output
        self.objects = dict(zip(named, labels, strict=False))
        for line in self.output:
            if line.startswith("token "):
                _, label, address = line.split()
                self.tokens[int(address)] = label

    @property
    def said(self) -> list[str]:
        """What the program wrote itself."""
        return [line for line in self.output if not line.startswith(("name ", "token "))]

    @cached_property
    def records(self) -> list[wire.Record]:
        """All records, thread by thread."""
        return self.session.all_records()

    @cached_property
    def syncs(self) -> list[wire.Record]:
        """All SYNC records by stamp; stamps have no gaps."""
        syncs = sorted((r for r in self.records if r.tag == wire.SYNC), key=lambda r: r.stamp)
        assert [sync.stamp for sync in syncs] == list(range(1, len(syncs) + 1))
        return syncs

    @cached_property
    def thread_names(self) -> dict[int, str]:
        """The last name of each thread."""
        return {r.thread: r.text() for r in self.records if r.tag == wire.THREAD}

    def thread(self, uid: int) -> str:
        """Name of a thread."""
        return self.thread_names.get(uid, f"thread {uid}")

    def events(self, *labels: str) -> list[Event]:
        """What happened to the objects of those names, all named ones if none is given; annotations apart."""
        found: list[Event] = []
        for sync in self.syncs:
            label = self.objects.get(sync.object)
            if label is None or (sync.token == ANNOTATION and sync.kind in ("SIGNAL", "OBSERVE")):
                continue
            if labels and label not in labels:
                continue
            event: Event = (self.thread(sync.thread), sync.kind, label)
            if sync.kind in ("POST", "TAKE", "DROP", "EVICT", "PLACE"):
                event += (self.tokens.get(sync.token, f"{sync.token:#x}"),)
            elif sync.token:
                event += (str(sync.token),)
            found.append(event)
        return found

    def threads(self) -> list[Event]:
        """Starts, ends and joins: (thread, kind[, other thread])."""
        found: list[Event] = []
        for sync in self.syncs:
            if sync.kind == "END":
                found.append((self.thread(sync.thread), sync.kind))
            elif sync.kind in ("FORK", "BEGIN", "JOIN"):
                found.append((self.thread(sync.thread), sync.kind, self.thread(sync.token)))
        return found

    def kinds(self, *kinds: str) -> list[wire.Record]:
        """The SYNC records of those kinds."""
        return [sync for sync in self.syncs if sync.kind in kinds]

    @cached_property
    def _codes(self) -> dict[int, str]:
        strings = {r.arg: r.text() for r in self.records if r.tag == wire.STRING}
        return {r.arg: strings[r.words[2] >> 32] for r in self.records if r.tag == wire.CODE}

    @cached_property
    def _nodes(self) -> dict[tuple[int, int], wire.Record]:
        return {(r.thread, r.arg): r for r in self.records if r.tag == wire.STACK}

    def frames(self, thread: int, stack: int) -> list[str]:
        """Qualified names of a stack's functions, innermost first."""
        names = []
        while stack:
            node = self._nodes[thread, stack]
            names.append(self._codes[node.words[1] >> 32])
            stack = node.words[1] & 0xFFFFFFFF
        return names

    def ordered(self, first: str, second: str) -> bool:
        """Whether point `first` happens before point `second`; each was passed once."""
        return Order(self).clock_at(second)[self._passed(first).thread] >= self._passed(first).stamp

    def _passed(self, label: str) -> wire.Record:
        (record,) = [s for s in self.syncs if self.objects.get(s.object) == label and s.kind == "OBSERVE"]
        return record

    def object_record(self, label: str) -> wire.Record:
        """The OBJECT record of the object of that name."""
        (number,) = [number for number, name in self.objects.items() if name == label]
        (record,) = [r for r in self.records if r.tag == wire.OBJECT and r.words[1] == number]
        return record


Clock = Counter[int]
"""By thread, the stamp up to which its events are known."""


class Order:
    """Happens-before by the rules of docs/wire-format.md, one clock for each SYNC record."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.clocks: dict[int, Clock] = {}
        self.kept: dict[tuple[object, ...], Clock] = {}
        self.queues: dict[tuple[int, int], deque[Clock]] = {}
        self.after: dict[int, Clock] = {}
        for sync in trace.syncs:
            self._apply(sync)

    def clock_at(self, point: str) -> Clock:
        """What the thread knew when it passed the point."""
        (found,) = [
            s.stamp for s in self.trace.syncs if self.trace.objects.get(s.object) == point and s.kind == "OBSERVE"
        ]
        return self.after[found]

    def _apply(self, sync: wire.Record) -> None:
        clock = self.clocks.setdefault(sync.thread, Counter())
        clock[sync.thread] = sync.stamp
        queue = self.queues.setdefault((sync.object, sync.token), deque())
        lock, channel, thread = ("lock", sync.object), ("channel", sync.object, sync.token), ("thread", sync.token)
        match sync.kind:
            case "ACQUIRE":
                clock |= self.kept.get(lock, Counter())
            case "RELEASE":
                self.kept[lock] = clock.copy()
            case "FORK":
                self.kept[thread] = clock.copy()
            case "BEGIN":
                clock |= self.kept.get(("thread", sync.thread), Counter())
            case "JOIN":
                clock |= self.clocks[sync.token]
            case "POST":
                queue.append(clock.copy())
            case "PLACE":
                queue.append(Counter())
            case "TAKE":
                clock |= queue.popleft() if queue else Counter()
            case "EVICT" | "DROP":
                queue.popleft() if sync.kind == "EVICT" else queue.pop()
            case "SIGNAL":
                self.kept[channel] = self.kept.get(channel, Counter()) | clock
            case "OBSERVE":
                clock |= self.kept.get(channel, Counter())
            case _:
                assert sync.kind in ("END", "LAST_USE")
        self.after[sync.stamp] = clock.copy()


def command(program: str | Path, options: Sequence[str] = ()) -> list[str]:
    """The command that runs a program, given as text or as a file."""
    return [sys.executable, *options, *([str(program)] if isinstance(program, Path) else ["-c", program])]


def trace(collector: FakeCollector, agent_path: str, program: str, *, status: int = 0, **extra: str) -> Trace:
    """Run a program under the agent and wait for its end; the first session is its own."""
    environ = collector.environment(agent_path, PYTHONDONTWRITEBYTECODE="1", **extra)
    done = subprocess.run(
        command(PREAMBLE + program), env=environ, check=False, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == status, done.stderr
    connection = collector.wait_connections(1)[0]
    return Trace(connection.session(), done.stdout.splitlines(), done.stderr)


def child_of(collector: FakeCollector, run: Trace) -> Trace:
    """The forked child of a traced run, what it left in its buffer when it called os._exit included."""
    session = collector.wait_connections(2)[1].session(tail_allowed=True)
    session.recover(collector.buffer_path(session))
    assert session.hello is not None
    assert session.hello.parent_session == run.session.id
    return Trace(session, [], "")
