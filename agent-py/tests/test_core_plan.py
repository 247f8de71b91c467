"""Depth of the frame's stack before each instruction, against a second computation by dis and the exception table."""

import dis
import importlib.util
import opcode
import os
import random
import subprocess
import sys
import sysconfig
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector import FakeCollector
from conftest import CORE, TESTS
from core_trace import run_traced

Row = tuple[int, int, int, int]
Planner = Callable[[types.CodeType, bytes], list[Row]]

NO_SUCCESSOR = {dis.opmap[n] for n in ("RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE")}
JUMPS = set(dis.hasjrel) | set(dis.hasjabs)
ALWAYS = {dis.opmap[n] for n in ("JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")}
BACKWARD = {dis.opmap[n] for n in ("JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT")}
EXTENDED = dis.opmap["EXTENDED_ARG"]
CACHES = {dis.opmap[name]: count for name, count in opcode._inline_cache_entries.items() if name in dis.opmap}


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Planner:
    """plan.c, built alone."""
    directory = tmp_path_factory.mktemp("plan")
    library = directory / f"_plan{sysconfig.get_config_var('EXT_SUFFIX')}"
    include = sysconfig.get_path("include")
    command = [os.environ.get("CC", "cc"), "-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    command += [f"-I{CORE}", "-isystem", include, "-isystem", f"{include}/internal"]
    command += [str(TESTS / "ext" / "plan_module.c"), str(CORE / "plan.c"), "-o", str(library)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    spec = importlib.util.spec_from_file_location("_plan", library)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Planner = module.plan
    return found


def expected_depths(code: types.CodeType) -> dict[int, int]:
    """Depth before each reachable instruction, by offset; every path has to give the same."""
    raw = code.co_code
    effects: dict[tuple[int, int, bool], int] = {}
    depths: dict[int, int] = {}
    handlers = dis._parse_exception_table(code)  # type: ignore[attr-defined]
    work = [(0, 0)]
    entered: set[int] = set()

    def effect(op: int, arg: int, *, jump: bool) -> int:
        key = (op, arg, jump)
        if key not in effects:
            effects[key] = dis.stack_effect(op, arg if op >= dis.HAVE_ARGUMENT else None, jump=jump)
        return effects[key]

    while True:
        while work:
            at, depth = work.pop()
            arg = 0
            while True:
                if at in depths:
                    assert depths[at] == depth, (code, at)
                    if not arg:
                        break
                depths[at] = depth
                op = raw[at]
                arg = arg << 8 | raw[at + 1]
                if op == EXTENDED:
                    at += 2
                    continue
                following = at + 2 + 2 * CACHES.get(op, 0)
                if op in JUMPS:
                    target = following - 2 * arg if op in BACKWARD else following + 2 * arg
                    work.append((target, depth + effect(op, arg, jump=True)))
                if op in NO_SUCCESSOR or op in ALWAYS:
                    break
                depth += effect(op, arg, jump=False)
                at, arg = following, 0
        for number, entry in enumerate(handlers):
            covered = any(offset in depths for offset in range(entry.start, entry.end, 2))
            if number not in entered and covered:
                entered.add(number)
                work.append((entry.target, entry.depth + entry.lasti + 1))
        if not work:
            return depths


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A code object and all inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


def hold(planner: Planner, code: types.CodeType) -> int:
    """Compare all depths of a code object and those inside it; how many instructions."""
    count = 0
    for each in codes(code):
        rows = planner(each, each.co_code)
        expected = expected_depths(each)
        wrong = {
            offset: (depth, rows[offset // 2][2]) for offset, depth in expected.items() if rows[offset // 2][2] != depth
        }
        assert not wrong, (each, wrong)
        assert max(row[2] for row in rows) <= each.co_stacksize
        assert all(plan == 0 for offset, plan, _, _ in rows if offset not in expected), each
        count += len(expected)
    return count


def test_standard_library(planner: Planner) -> None:
    """Every code object of the standard library, its tests apart."""
    files = [
        path
        for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
        if not {"test", "tests", "site-packages", "idlelib", "lib2to3"} & set(path.parts)
    ]
    assert len(files) > 400
    count = 0
    for path in files:
        try:
            code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except (SyntaxError, UnicodeDecodeError):
            continue
        count += hold(planner, code)
    assert count > 300_000


SHAPES = """
import contextlib
def handlers(x):
    try:
        try:
            x.a
        except (ValueError, KeyError) as error:
            error.b
            raise
        else:
            x.c
        finally:
            x.d
    except* OSError as group:
        group.e
    with x as y, y.f as z:
        z[y] = x
        return [i.g for i in z if i]
async def agen(x):
    async with x as y:
        async for z in y:
            yield z.a
            await z.b(*x, **y)
    async for z in [w.a async for w in x]:
        try:
            yield
        except GeneratorExit:
            return
def matching(x):
    match x:
        case {"a": 1, **rest}:
            return rest.a
        case [1, *others, 2] if others.b:
            return others[0]
        case Point(x=0, y=y) | Point(x=y, y=0):
            return y.c
        case str() | None:
            x.d
    return x.e
def gen(x):
    y = yield x.a
    z = yield from y.b
    return (yield), z.c
class Body[T](list, metaclass=type):
    type Alias[U] = dict[U, T]
    value: "int" = (lambda self: __class__)
    def method[V: int](self, *args: V, k=value, **kwargs) -> "T":
        del self.x, args[0], self[1:2]
        return super().method(*args, k=k, **kwargs)
"""


def test_shapes_of_code(planner: Planner) -> None:
    assert hold(planner, compile(SHAPES, "<shapes>", "exec")) > 300


def test_large_functions(planner: Planner) -> None:
    """20,000 instructions, arguments that need EXTENDED_ARG, jumps over all of it."""
    names = [f"    x.attribute_{n} = x.attribute_{n} + {n + 1000}" for n in range(3000)]
    body = "\n".join(["def f(x):", "  while x:", "   try:", *names, "   except E as e:", *names[:300], "  return x"])
    code = compile(body, "<large>", "exec")
    assert len(code.co_consts[0].co_code) > 40_000
    hold(planner, code)
    deep = "x = " + "[" * 80 + "a.b" + ", c.d]" * 80
    hold(planner, compile(deep, "<deep>", "exec"))
    call = "def f(x):\n  return g(" + ", ".join(f"x.a{n}" for n in range(700)) + ")"
    hold(planner, compile(call, "<call>", "exec"))


def test_corrupt_code_is_bounded(planner: Planner) -> None:
    """Bytecode and exception tables that no compiler makes are walked without harm; a random seed is told."""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    generator = random.Random(seed)
    code = next(c for c in codes(compile(SHAPES, "<shapes>", "exec")) if c.co_name == "handlers")
    for _ in range(2000):
        raw = bytearray(code.co_code)
        table = bytearray(code.co_exceptiontable)
        for _ in range(generator.randrange(1, 20)):
            if table and generator.random() < 0.5:
                table[generator.randrange(len(table))] = generator.randrange(256)
            else:
                raw[generator.randrange(len(raw))] = generator.randrange(256)
        rows = planner(code.replace(co_exceptiontable=bytes(table)), bytes(raw))
        assert len(rows) == len(raw) // 2


def test_code_without_source_or_lines(collector: FakeCollector, agent_path: str) -> None:
    """Line tables that are cut or empty, names without a file, code that is replaced."""
    run = run_traced(
        collector,
        agent_path,
        """
class P: pass
p = P()
def f(p):
    p.x = 1
    return p.x
for table in (b"", b"\\x80", b"\\xff" * 40, b"\\x00" * 7):
    f.__code__ = f.__code__.replace(co_linetable=table)
    print(f(p))
    f.__code__ = f.__code__.replace(co_filename="", co_qualname="")
    print(f(p))
f.__code__ = f.__code__.replace(co_filename="/nonexistent/\\udc80.py", co_linetable=b"")
print(f(p))
""",
    )
    assert run.output == "1\n" * 9
    mine = [a for a in run.accesses if a.name == "P"]
    assert [a.operation for a in mine] == ["WRITE", "READ"] * 9
    assert mine[-1].stack[0].code.file == "/nonexistent/\\udc80.py"
    assert sys.version_info[:2] == (3, 13)
