"""The agent's variables: the program does not see them, and everything that it starts inherits them."""

import json
import sys
from pathlib import Path

import pytest

from collector import FakeCollector
from test_start import BASE, run, same, unsupported

CHILD = "import racewitness; print(racewitness.active())"
START = f"import os, subprocess, sys\nimport multiprocessing\nCHILD = [sys.executable, '-c', {CHILD!r}]\n"


def observed(collector: FakeCollector, agent_path: str, program: str, **extra: str) -> str:
    """Run a program under the agent; its output."""
    done = run([BASE, "-c", START + program], collector, agent_path, **extra)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("extra", [{}, {"PYTHONPATH": "/somewhere:/else"}, {"PYTHONHASHSEED": "0", "X": "\udcff"}])
def test_the_program_sees_its_own_environment(collector: FakeCollector, agent_path: str, extra: dict[str, str]) -> None:
    program = """
import os, posix, subprocess, sys
print(dict(os.environ), len(os.environb), posix.environ, os.getenv("PYTHONPATH"), sys.path)
def child(**options):
    show = "import os, sys; print(sorted(os.environ.items()), sys.path)"
    print(subprocess.check_output([sys.executable, "-c", show], **options))
child()
child(env={"A": "1"})
os.environ["PYTHONPATH"] = "/mine"; os.putenv("NEW", "1")
child()
del os.environ["PYTHONPATH"]
child()
os.environ.clear()
child()
"""
    same(["-c", program], collector, agent_path, **extra)
    assert len(collector.wait_connections(6)) == 6


WAYS = {
    "inherit": "subprocess.run(CHILD)",
    "copy": "subprocess.run(CHILD, env=os.environ.copy())",
    "with another": "subprocess.run(CHILD, env={**os.environ, 'X': '1'})",
    "empty": "subprocess.run(CHILD, env={})",
    "bytes": "subprocess.run(CHILD, env={b'X': b'1', b'PYTHONPATH': b'/x'})",
    "another path": "subprocess.run(CHILD, env={'PYTHONPATH': '/x:/y'})",
    "changed path": "os.environ['PYTHONPATH'] = '/x'; subprocess.run(CHILD)",
    "no path": "os.environ.pop('PYTHONPATH', None); os.unsetenv('PYTHONPATH'); subprocess.run(CHILD)",
    "cleared": "os.environ.clear(); subprocess.run(CHILD)",
    "shell": 'os.environ.clear(); os.system(f\'"{CHILD[0]}" -c "{CHILD[2]}"\')',
    "spawnve": "os.spawnve(os.P_WAIT, CHILD[0], CHILD, {'X': '1'})",
    "execve": "os.execve(CHILD[0], CHILD, {'X': '1'})",
    "execve by name": "os.execve(CHILD[0], argv=CHILD, env=os.environ)",
    "execv": "os.execv(CHILD[0], CHILD)",
    "posix_spawn": "os.waitpid(os.posix_spawn(CHILD[0], CHILD, {'X': '1'}), 0)",
    "posix_spawn None": "os.waitpid(os.posix_spawn(CHILD[0], CHILD, None), 0)",
    "posix_spawnp": "os.waitpid(os.posix_spawnp(CHILD[0], CHILD, os.environ, setsigmask=[]), 0)",
    "posix_spawn of subprocess": "subprocess.run(CHILD, close_fds=False, env={'X': '1'})",
    "Popen in a fork": "if os.fork(): os.wait()\nelse: subprocess.run(CHILD, env={}); os._exit(0)",
}


@pytest.mark.parametrize("way", list(WAYS))
def test_children_are_observed(collector: FakeCollector, agent_path: str, way: str) -> None:
    assert observed(collector, agent_path, WAYS[way]) == "True\n"


def test_mistakes_are_told_as_ever(collector: FakeCollector, agent_path: str) -> None:
    program = """
import os, subprocess, sys
class Odd:
    def keys(self): raise KeyError("keys")
    def items(self): raise KeyError("items")
for call in (lambda: os.execve("/nowhere", ["x"], {}), lambda: os.execve("/nowhere", [], {}),
             lambda: os.execve("/nowhere", ["x"], 3), lambda: os.execve("/nowhere", ["x"], {1: 2}),
             lambda: os.execve("/nowhere", ["x"], {"a": 2}), lambda: os.execve("/nowhere", ["x"], Odd()),
             lambda: os.execve("/nowhere", ["x"], {"PYTHONPATH": 3}), lambda: os.execve("/nowhere", ["x"], {"a=": "b"}),
             lambda: os.execve("/nowhere"), lambda: os.execv("/nowhere", 3), lambda: os.execv("/nowhere", ["x"]),
             lambda: os.posix_spawn("/nowhere", ["x"], {}), lambda: os.posix_spawn("/nowhere", ["x"], 5),
             lambda: os.posix_spawn("/nowhere", ["x"]), lambda: os.putenv("PYTHONPATH", 3),
             lambda: os.putenv("a", "\\0"),
             lambda: os.putenv("PYTHONPATH", "\\0"), lambda: os.unsetenv(3), lambda: os.putenv("a"),
             lambda: subprocess.run(["/nowhere"], env={}), lambda: subprocess.run(["true"], env={"a\\0": "b"}),
             lambda: subprocess.run(["true"], env={1: 2}), lambda: os.putenv("a=b", "c")):
    try: call()
    except BaseException as error: print(type(error).__name__, error)
    else: print("nothing")
"""
    same(["-c", program], collector, agent_path)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["-I", "-c", "1"], "I"),
        (["-B", "-sE", "-c", "1"], "E"),
        (["-W", "error", "-X", "dev", "-S", "-m", "site"], "S"),
        (["-Werror", "--check-hash-based-pycs", "never", "-BI", "-c", "1"], "I"),
        (["-c", "1", "-I"], None),
        (["-m", "site", "-I"], None),
        (["-WE", "-XI=E", "-c", "1"], None),
        (["-s", "-", "-I"], None),
    ],
)
def test_pythons_that_ignore_the_environment_are_told_by_who_starts_them(
    collector: FakeCollector, agent_path: str, arguments: list[str], option: str | None
) -> None:
    for start in (  # a child of subprocess, of posix_spawn, and what takes the program's place
        "subprocess.run([sys.executable, *A], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)",
        "os.close(1); os.waitpid(os.posix_spawn(sys.executable, [sys.executable, *A], {}), 0)",
        "os.close(1); os.execv(sys.executable, ['python3', *A])",
    ):
        run([BASE, "-c", f"{START}A = {arguments!r}\n{start}"], collector, agent_path)
        told = unsupported(collector) if (collector.run_dir / "unsupported").exists() else []
        if option is None:
            assert told == []
            continue
        ((what, executable, _, remedy),) = told
        assert what == f"it was started with -{option}, so that it ignores the agent"
        assert executable in (BASE, sys.executable, "python3")
        assert remedy == f"start it without -{option}"
        for file in (collector.run_dir / "unsupported").iterdir():
            file.unlink()


def test_an_exec_that_fails_says_nothing(collector: FakeCollector, agent_path: str) -> None:
    program = "try: os.execv('/nowhere/python3', ['python3', '-I'])\nexcept OSError as error: print(error.errno)"
    assert observed(collector, agent_path, program) == "2\n"
    assert unsupported(collector) == []


def test_tests_are_handed_on(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    """What a process inherits of its test, by exec and by fork; of a fork server by asking."""
    (tmp_path / "program.py").write_text("""
import multiprocessing, os, subprocess, sys
from racewitness import _current_test
def nothing(): pass
if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    def all_ways(test):
        _current_test.begin(test)
        assert "RACEWITNESS_TEST" not in os.environ
        subprocess.run([sys.executable, "-c", "1"], env={})
        if os.fork() == 0: os._exit(0)
        os.wait()
        process = context.Process(target=nothing); process.start(); process.join()
        _current_test.end(test)
    all_ways("first")
    all_ways("second \\udcff")
    process = context.Process(target=nothing); process.start(); process.join()
""")
    done = run([BASE, str(tmp_path / "program.py")], collector, agent_path)
    assert (done.returncode, done.stderr) == (0, "")
    begins = []
    # The program; the resource tracker, the fork server; twice a subprocess, a fork, a child of the server; the last.
    for connection in collector.wait_connections(10):
        session = connection.session(tail_allowed=True)
        session.recover(collector.buffer_path(session))
        begins.append([r.text() for r in session.all_records() if r.tag == 0x28 and r.op == 3])
    assert begins.pop(0) == ["first", "second \\udcff"]
    assert sorted(json.dumps(b) for b in begins) == sorted(
        json.dumps(b) for b in [["first"]] * 4 + [["second \\udcff"]] * 3 + [[]] * 2
    )
