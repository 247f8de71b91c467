"""The repeat filter leaves no race and no order out: with it and without it the same races are found."""

import random
from pathlib import Path

import pytest

from collector import FakeCollector
from core_judge import Judge, Race
from core_trace import Access, CoreTrace, run_traced

TURNS = """
import os, threading, weakref, gc, collections
def run(threads, schedule):
    '''Threads take turns as the schedule says: (thread, step) ...; turns go through pipes, which order nothing.'''
    pipes = [os.pipe() for _ in threads]
    plans = [[] for _ in threads]
    done = os.pipe()
    for position, (thread, step) in enumerate(schedule):
        following = schedule[position + 1][0] if position + 1 < len(schedule) else None
        plans[thread].append((step, pipes[thread][0], done[1] if following is None else pipes[following][1]))
    started = [threading.Thread(target=f, args=(p, os.read, os.write)) for f, p in zip(threads, map(tuple, plans))]
    for thread in started: thread.start()
    os.write(pipes[schedule[0][0]][1], b"x")
    os.read(done[0], 1)
    for thread in started: thread.join()
    for fd in [*done, *sum(pipes, ())]: os.close(fd)
"""

STATEMENTS = (
    "{o}.x = 1",
    "{o}.x",
    "{o}.x += 1",
    "{o}.y = {p}.x",
    "{o}.y",
    "{o}.y = {o}.x",
    "type({o}).z = 1",
    "{o}.z",
    "{d}['a'] = 1",
    "{d}['a']",
    "{d}.get('n')",
    "{d}['n'] = 1",
    "{d}.pop('n', None)",
    "len({d})",
    "list({d}.items())",
    "{l}.append(1)",
    "{l}[0]",
    "{l}[0] = 2",
    "{l}[0:2]",
    "len({l})",
    "{l}.sort()",
    "for v in {l}: pass",
    "with {m}: {o}.x = 1",
    "with {m}: {o}.x",
    "with {m}: {l}.append(1)",
    "with {m}: pass",
    "{m}.acquire(); {m}.release()",
    "{o}.held = {p}",
    "{o}.held.y = 1",
    "{o}.held.y",
    "Fresh().v = 1",
    "{e}.set()",
    "{e}.wait(0)",
    "{q}.append(1)",
    "{q}.popleft() if {q} else None",
)


def generate(generator: random.Random, number: int, statements: tuple[str, ...] = STATEMENTS) -> str:
    """One program: its shared objects, its threads, each a few statements in a loop, and a schedule."""
    name = f"p{number}"
    shared = {
        "o": [f"{name}.o1", f"{name}.o2"],
        "d": [f"{name}.d"],
        "l": [f"{name}.l"],
        "m": [f"{name}.m1", f"{name}.m2"],
        "e": [f"{name}.e"],
        "q": [f"{name}.q"],
        "n": [f"{name}.n"],
        "w": [f"{name}.w"],
    }
    lines = [
        f"class Set{number}:",
        "    def __init__(self):",
        f"        self.o1, self.o2 = O{number}a(), O{number}b()",
        "        self.o1.x = self.o2.x = self.o1.y = self.o2.y = 0",
        "        self.o1.held = self.o2.held = self.o1",
        "        self.d, self.l, self.q = {'a': 0}, [0, 1, 2], collections.deque([1])",
        "        self.m1, self.m2, self.e = threading.Lock(), threading.RLock(), threading.Event()",
        f"        self.n, self.w = [O{number}a() for _ in range(24)], [0] * 24",
        "        for v in self.n: v.x = v.y = 0",
    ]
    count = generator.randrange(2, 4)
    steps = []
    for thread in range(count):
        chosen = [generator.choice(statements) for _ in range(generator.randrange(2, 7))]
        steps.append(len(chosen))
        lines += [f"def thread_{number}_{thread}(plan, read, write, {name}):", "    for step, mine, following in plan:"]
        lines.append("        read(mine, 1)")
        for index, statement in enumerate(chosen):
            picked = {kind: generator.choice(names) for kind, names in shared.items()}
            text = statement.format(p=generator.choice(shared["o"]), **picked)
            lines += [f"        if step == {index}:", f"            {text}"]
        lines.append("        write(following, b'x')")
    schedule = []
    for _ in range(generator.randrange(10, 60)):
        thread = generator.randrange(count)
        step = generator.randrange(steps[thread])
        schedule += [(thread, step)] * generator.choice((1, 1, 1, 2, 3))
    threads = ", ".join(f"thread_{number}_{n}" for n in range(count))
    lines = [f"class O{number}a:", "    z = 0", f"class O{number}b:", "    z = 0", *lines]
    lines.append(f"run_with(Set{number}(), [{threads}], {schedule})")
    return "\n".join(lines) + "\n"


RUN_WITH = """
class Fresh: pass
def run_with(shared, threads, schedule):
    run([lambda plan, read, write, f=f: f(plan, read, write, shared) for f in threads], schedule)
"""


def name_of(access: Access) -> str:
    """What a race is called: not by number, which differs from run to run."""
    return f"{access.kind} {access.name} {access.key}"


def races(trace: CoreTrace, *, reads_from: bool) -> set[Race]:
    return Judge(trace, reads_from=reads_from, name=name_of).races


def twice(tmp_path: Path, agent_path: str, program: str) -> tuple[CoreTrace, CoreTrace]:
    """The program run with every access sent, and with the filter."""
    traces = []
    for setting in ("off", "on"):
        (tmp_path / setting).mkdir()
        with FakeCollector(tmp_path / setting / "run") as collector:
            traces.append(run_traced(collector, agent_path, program, RACEWITNESS_FILTER=setting))
    return traces[0], traces[1]


@pytest.mark.parametrize("part", range(3))
def test_same_races(tmp_path: Path, agent_path: str, part: int) -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}, part {part}")
    generator = random.Random(seed)
    program = TURNS + RUN_WITH + "".join(generate(generator, number) for number in range(25))
    whole, filtered = twice(tmp_path, agent_path, program)
    expected, found = races(whole, reads_from=False), races(filtered, reads_from=False)
    assert len(expected) > 10
    assert found == expected, f"seed {seed}, {expected ^ found}"
    # What a thread repeats between a write and its racing reader comes after that write; the filter has told it before.
    # Then a pair of lines may be taken for a consequence of the race that is reported, and rarely the other way round.
    by_happens_before = expected
    expected, found = races(whole, reads_from=True), races(filtered, reads_from=True)
    assert found <= by_happens_before, f"seed {seed}, reads-from, too many: {found - by_happens_before}"
    assert {race[0] for race in found} >= {race[0] for race in expected}, f"seed {seed}, {expected - found}"
    assert len(filtered.accesses) < len(whole.accesses)


def scripted(tmp_path: Path, agent_path: str, steps: str, schedule: str) -> tuple[CoreTrace, CoreTrace]:
    """Two threads `a` and `b` on `o`, an object with the attributes x, y and flag."""
    program = (
        TURNS
        + """
class O: pass
o = O(); o.x = o.y = o.flag = 0
"""
        + steps
        + f"run([a, b], {schedule})\n"
    )
    return twice(tmp_path, agent_path, program)


def test_repeated_read_sees_another_write(tmp_path: Path, agent_path: str) -> None:
    """The second read of flag, the same to the filter, comes after b's write: o.x is handed over, no race."""
    whole, filtered = scripted(
        tmp_path,
        agent_path,
        """
def a(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0: o.flag
        if step == 1: o.x
        write(following, b"x")
def b(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0:
            o.x = 1
            o.flag = 1
        write(following, b"x")
""",
        "[(0, 0), (0, 0), (1, 0), (0, 0), (0, 1)]",
    )
    for trace in (whole, filtered):
        found = races(trace, reads_from=True)
        assert {race[0] for race in found} == {"instance O flag"}
    assert {race[0] for race in races(filtered, reads_from=False)} == {"instance O flag", "instance O x"}


def test_repeated_write_after_news(tmp_path: Path, agent_path: str) -> None:
    """The second write of flag, the same to the filter, publishes what was written since the first."""
    whole, filtered = scripted(
        tmp_path,
        agent_path,
        """
def a(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0: o.flag = 1
        if step == 1: o.x = 1
        write(following, b"x")
def b(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0:
            o.flag
            o.x
        write(following, b"x")
""",
        "[(0, 0), (0, 0), (0, 1), (0, 0), (1, 0)]",
    )
    for trace in (whole, filtered):
        assert {race[0] for race in races(trace, reads_from=True)} == {"instance O flag"}


@pytest.mark.parametrize("end", ["__del__", "weakref"])
def test_repeats_before_an_end_that_is_seen(tmp_path: Path, agent_path: str, end: str) -> None:
    """What a thread did before its last, repeated, use of an object comes before the object's end."""
    seen = "def __del__(self): end(o)" if end == "__del__" else "pass"
    program = (
        TURNS
        + f"""
class O: pass
o = O(); o.x = 0
def end(o):
    o.x
class Held:
    {seen}
held, watch = [], []
def a(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0: mine_too = held[0]
        if step == 1: mine_too.n
        if step == 2: o.x = 1
        if step == 3: del mine_too
        write(following, b"x")
def b(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0:
            made = Held()
            made.n = 0
            held.append(made)
            if {end == "weakref"}: watch.append(weakref.ref(made, lambda _: end(o)))
            del made
        if step == 1: held.clear()
        write(following, b"x")
run([a, b], [(1, 0), (0, 0), (0, 1), (0, 1), (0, 2), (0, 1), (0, 3), (1, 1)])
"""
    )
    for trace in twice(tmp_path, agent_path, program):
        assert any(a.frame.code.function == "end" for a in trace.accesses)
        assert not [race for race in races(trace, reads_from=True) if race[0] == "instance O x"]


def test_repeats_behind_an_observed_write(tmp_path: Path, agent_path: str) -> None:
    """A thread that has read a write comes after what its writer did before, not after the same done again."""
    whole, filtered = scripted(
        tmp_path,
        agent_path,
        """
def a(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0: o.x
        if step == 1: o.flag = 1
        if step == 2: o.y = 2
        write(following, b"x")
def b(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0: o.flag
        if step == 1: o.x = 1
        if step == 2: o.y
        if step == 3: o.y = 1
        write(following, b"x")
""",
        "[(0, 0), (0, 1), (1, 0), (0, 0), (1, 1), (0, 2), (1, 2), (0, 2), (1, 3)]",
    )
    for trace in (whole, filtered):
        found = {race for race in races(trace, reads_from=True) if race[0] != "instance O flag"}
        assert {tuple(end.split(": ")[1] for end in race[1:]) for race in found} == {
            ("READ O x", "WRITE O x"),
            ("WRITE O y", "READ O y"),
            ("WRITE O y", "WRITE O y"),
        }


def test_repeated_write_over_another(tmp_path: Path, agent_path: str) -> None:
    """A write, the same to the filter, over one by another thread is what the reader sees and comes after."""
    program = (
        TURNS
        + """
class O: pass
o = O(); o.x = o.y = 0
def a(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        if step == 0: o.y = 1
        if step == 1: o.x = 1
        write(following, b"x")
def b(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        o.x = 2
        write(following, b"x")
def c(plan, read, write, o=o):
    for step, mine, following in plan:
        read(mine, 1)
        o.x
        o.y
        write(following, b"x")
run([a, b, c], [(0, 0), (0, 1), (1, 0), (0, 1), (2, 0)])
"""
    )
    for trace in twice(tmp_path, agent_path, program):
        assert {race[0] for race in races(trace, reads_from=True)} == {"instance O x"}
