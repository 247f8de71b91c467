"""What a traced program accessed, line by line; and programs that say themselves what they access.

A program's expectations stand in it: behind ``#:``, the accesses made by this line as many as it is executed, in order,
separated by ``;``. A line of a function that says nothing accesses nothing. What module level and class bodies do
is not looked at where nothing is said. ``#: ...`` leaves a line out.

An access reads ``OPERATION object key``: ``WRITE Point x``, ``READ class Point total``, ``READ list [3]``,
``INSERT dict 'hits'``, ``READ cell count``, ``READ module app limit``, ``SHAPE_READ list``. An access by
code that is not the application's (a dataclass's __init__) adds ``in __init__``.
"""

import functools
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

import pytest

import wire
from collector import PATIENCE, FakeCollector

OPERATIONS = (
    "-",
    "READ",
    "WRITE",
    "DELETE",
    "INSERT",
    "REMOVE",
    "UPDATE_INSERT",
    "UPDATE_REMOVE",
    "UPDATE_KEEP",
    "APPEND",
    "POP_END",
    "SHAPE_READ",
    "POP_EMPTY",
    "ITERATE_STEP",
    "ITERATE",
    "READ_ALL",
    "TORN_ALL",
    "WRITE_ALL",
    "EXTEND",
)
"""Operations by number."""

OBJECT_KINDS = (
    "-",
    "instance",
    "class",
    "function",
    "module",
    "cell",
    "list",
    "dict",
    "set",
    "deque",
    "bytearray",
    "array",
    "lock",
    "local",
    "other",
    "channel",
)
"""Kinds of OBJECT by number."""

NAMED_BY_LABEL = ("class", "function", "module", "cell")
INDEX, INTEGER, TEXT, CONTENT, OBJECT_KEY, SPECIAL = 0, 1, 2, 3, 4, 15
KEY_BITS = 60


@dataclass(frozen=True)
class Code:
    """A CODE record with its line table."""

    file: str
    function: str
    application: bool
    generated: bool
    lines: dict[int, int | None]
    """By byte offset."""


@dataclass(frozen=True)
class Frame:
    """One frame of a stack."""

    code: Code
    line: int | None

    def __str__(self) -> str:
        return f"{self.code.function}:{self.line}"


@dataclass(frozen=True)
class Access:
    """One ACCESS or ACCESS_RANGE record, its numbers resolved."""

    thread: int
    operation: str
    object: int
    kind: str
    name: str
    key: str
    stack: tuple[Frame, ...]
    record: wire.Record

    @property
    def frame(self) -> Frame:
        """The innermost frame of application code."""
        return next((frame for frame in self.stack if frame.code.application), self.stack[0])

    def __str__(self) -> str:
        object_ = f"{self.kind} {self.name}" if self.kind in NAMED_BY_LABEL else self.name
        text = f"{self.operation} {object_} {self.key}".rstrip()
        return text if self.frame is self.stack[0] else f"{text} in {self.stack[0].code.function}"


class CoreTrace:
    """One traced run of a program."""

    def __init__(self, session: wire.Session, output: str = "", stderr: str = "") -> None:
        self.session = session
        self.output = output
        self.stderr = stderr
        self.records = [r for thread in session.streams for r in wire.in_place(session.records(thread))]
        self._strings = session.texts(wire.STRING)
        self._types = session.texts(wire.TYPE)
        self._keys = {r.words[1]: r.text() for r in self.records if r.tag == wire.KEY}
        self.objects = {r.words[1]: r for r in self.records if r.tag == wire.OBJECT}
        self._nodes = {(r.thread, r.arg): r for r in self.records if r.tag == wire.STACK}
        self._parts: dict[tuple[int, int], bytes] = {}
        for r in self.records:
            if r.tag == wire.CODE_BYTES:
                size = r.words[1] >> 32
                self._parts[r.arg, r.op] = self._parts.get((r.arg, r.op), b"") + r.data[16 : 16 + size]
        self.codes = {r.arg: self._code(r) for r in self.records if r.tag == wire.CODE}

    def _code(self, record: wire.Record) -> Code:
        file, function = record.words[2] & 0xFFFFFFFF, record.words[2] >> 32
        lines: dict[int, int | None] = {}
        table = self._parts.get((record.arg, 2))
        if table:
            code = line_table(table, record.words[1] & 0xFFFFFFFF)
            for start, end, line in code.co_lines():
                lines.update(dict.fromkeys(range(start, end, 2), line))
        flags = record.words[1] >> 32
        return Code(self._strings[file], self._strings[function], flags & 1 == 1, flags & 2 == 2, lines)

    @functools.cached_property
    def threads(self) -> dict[int, str]:
        """Last name of each thread."""
        return self.session.thread_names()

    def stack(self, thread: int, number: int) -> tuple[Frame, ...]:
        """Frames of a stack, innermost first."""
        frames = []
        while number:
            node = self._nodes[thread, number]
            code = self.codes[node.words[1] >> 32]
            frames.append(Frame(code, code.lines.get(node.words[2] & 0xFFFFFFFF)))
            number = node.words[1] & 0xFFFFFFFF
        return tuple(frames)

    def _object(self, number: int) -> tuple[str, str]:
        record = self.objects[number]
        kind = OBJECT_KINDS[record.op]
        label = record.words[2] >> 32
        name = self._strings[label] if kind in NAMED_BY_LABEL else self._types[record.arg].removeprefix("app.")
        return kind, name

    def _key(self, record: wire.Record, kind: str) -> str:
        what, rest = record.key >> KEY_BITS, record.key & (1 << KEY_BITS) - 1
        if what == INDEX:
            if record.tag != wire.ACCESS_RANGE:
                return f"[{rest}]"
            count, stride = record.words[3] & 0xFFFFFFFF, max(1, record.words[3] >> 32)
            return f"[{rest}:{rest + count * stride}{f':{stride}' if stride > 1 else ''}]"
        if what == INTEGER:
            return str(rest if rest < 1 << KEY_BITS - 1 else rest - (1 << KEY_BITS))
        if what == TEXT:
            return repr(self._keys[record.key]) if kind in ("dict", "set") else self._keys[record.key]
        if what == CONTENT:
            return self._keys[record.key]
        if what == OBJECT_KEY:
            return f"<{self._object(rest)[1]}>"
        assert record.key in (SPECIAL << KEY_BITS, SPECIAL << KEY_BITS | 2), hex(record.key)
        return ""

    def access(self, record: wire.Record) -> Access:
        """The access that a record tells of."""
        kind, name = self._object(record.object)
        stack = self.stack(record.thread, record.arg)
        operation = OPERATIONS[record.op]
        return Access(record.thread, operation, record.object, kind, name, self._key(record, kind), stack, record)

    @functools.cached_property
    def accesses(self) -> list[Access]:
        """All accesses, thread by thread, each thread's in order."""
        return [self.access(r) for r in self.records if r.tag in (wire.ACCESS, wire.ACCESS_RANGE)]

    def on_line(self, file: str, line: int) -> list[str]:
        """Accesses on behalf of a line."""
        return [str(a) for a in self.accesses if (a.frame.code.file, a.frame.line) == (file, line)]


def line_table(table: bytes, first_line: int) -> CodeType:
    """A code object with this line table."""
    code: CodeType = line_table.__code__
    return code.replace(co_linetable=table, co_firstlineno=first_line, co_code=bytes(2 * 60_000))


def run_traced(
    collector: FakeCollector,
    agent_path: str,
    program: str,
    *,
    status: int = 0,
    arguments: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
    modules: Mapping[str, str] | None = None,
    **extra: str,
) -> CoreTrace:
    """Run ``program`` as app.py under the agent, every access sent unless ``extra`` says otherwise.

    ``modules`` are put beside it, by name.
    """
    path = app_path(collector)
    path.write_text(program, encoding="utf-8")
    for name, text in (modules or {}).items():
        path.with_name(f"{name}.py").write_text(text, encoding="utf-8")
    environ = collector.environment(agent_path, **{"RACEWITNESS_FILTER": "off", "PYTHONDONTWRITEBYTECODE": "1"} | extra)
    done = subprocess.run(
        [sys.executable, *options, str(path), *arguments],
        env=environ,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == status, done.stderr
    return CoreTrace(collector.wait_connections(1)[0].session(), done.stdout, done.stderr)


def app_path(collector: FakeCollector) -> Path:
    """Where run_traced() puts the program."""
    return collector.run_dir.parent / "app.py"


def expectations(program: str) -> Iterator[tuple[int, list[str] | None]]:
    """(line, accesses expected there) for each line that says any; None: not looked at."""
    for number, line in enumerate(program.splitlines(), 1):
        _, mark, said = line.partition("#:")
        if mark:
            said = said.strip()
            yield number, None if said == "..." else [part.strip() for part in said.split(";") if part.strip()]


def check(
    collector: FakeCollector,
    agent_path: str,
    program: str,
    modules: Mapping[str, str] | None = None,
    left_out: str = "-",
    **extra: str,
) -> CoreTrace:
    """Run a program and hold every line's accesses against what the line says of them.

    Accesses that begin with ``left_out`` are not looked at.
    """
    trace = run_traced(collector, agent_path, program, modules=modules, **extra)
    file = str(app_path(collector))
    expected = dict(expectations(program))
    found: dict[int, list[str]] = {line: [] for line, said in expected.items() if said is not None}
    for access in trace.accesses:
        line = access.frame.line
        if access.frame.code.file != file or line is None or str(access).startswith(left_out):
            continue
        if line in found:
            found[line].append(str(access))
        elif line not in expected and access.frame.code.function not in module_level(trace, file):
            found.setdefault(line, []).append(str(access))
    lines = program.splitlines()
    report = [
        f"{line}: {lines[line - 1].partition('#:')[0].strip()}\n  expected {expected.get(line, [])}\n  found    {what}"
        for line, what in sorted(found.items())
        if what != (expected.get(line) or [])
    ]
    if report:
        pytest.fail("\n".join(report), pytrace=False)
    return trace


def module_level(trace: CoreTrace, file: str) -> set[str]:
    """Names of the code that runs once when the module is executed: the module's own and that of its classes."""
    names = {"<module>"}
    for access in trace.accesses:
        for frame in access.stack:
            if frame.code.file == file and frame.code.function[:1].isupper() and "." not in frame.code.function:
                names.add(frame.code.function)
    return names
