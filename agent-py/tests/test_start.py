"""Start-up: the agent is there, and the program sees nothing of it."""

import math
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from collector import PATIENCE, FakeCollector

BASE = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
"""The interpreter itself, not a virtual environment of it."""


def run(
    command: list[str], collector: FakeCollector | None, agent_path: str, **extra: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command, observed or (without a collector) not."""
    if collector is not None:
        environ = collector.environment(agent_path, **extra)
        if "PYTHONPATH" in extra:
            environ["PYTHONPATH"] = f"{agent_path}/racewitness/inject:{extra['PYTHONPATH']}"
    else:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RACEWITNESS"))}
        environ.update(extra)
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, check=False
    )


def same(arguments: list[str], collector: FakeCollector, agent_path: str, **extra: str) -> str:
    """Run the interpreter twice, observed and not: it must do the same. Returns its output."""
    alone = run([BASE, *arguments], None, agent_path, **extra)
    observed = run([BASE, *arguments], collector, agent_path, **extra)
    assert (observed.stdout, observed.stderr, observed.returncode) == (alone.stdout, alone.stderr, alone.returncode)
    return observed.stdout


VIEW = """
import sys
path, modules, cache = list(sys.path), set(sys.modules), set(sys.path_importer_cache)
print(path)
print(sorted(name for name in modules if name.split(".")[0] != "racewitness"))
print(sorted(cache))
print(sys.flags, len(sys.meta_path), len(sys.path_hooks), sys.warnoptions, sys.argv, sys.orig_argv)
print(sys.gettrace(), sys.getprofile(), sys.excepthook is sys.__excepthook__, sys.getrecursionlimit())
import os, threading
print(os.open("/dev/null", os.O_RDONLY), os.listdir("/proc/self/fd")[:5])
print([thread.name for thread in threading.enumerate()], threading.active_count())
"""


@pytest.mark.parametrize("flags", [[], ["-B"], ["-P"], ["-s"], ["-O"], ["-X", "dev"], ["-W", "error"]])
def test_the_program_sees_nothing(collector: FakeCollector, agent_path: str, flags: list[str]) -> None:
    out = same([*flags, "-c", VIEW, "argument"], collector, agent_path)
    assert "sitecustomize" not in out
    session = collector.only()
    assert session.end is not None
    assert session.hello is not None
    assert session.hello.pairs["argv"].endswith(',"argument"]')


CRASH = """
import faulthandler, signal
faulthandler.enable()
signal.raise_signal(signal.SIGABRT)
"""


def test_what_faulthandler_writes(collector: FakeCollector, agent_path: str) -> None:
    """The agent's extension module is not among those that it lists."""
    texts = []
    for on in (None, collector):
        crashed = run([BASE, "-c", CRASH], on, agent_path)
        assert crashed.returncode == -signal.SIGABRT
        texts.append(re.sub("0x[0-9a-f]+", "0x", crashed.stderr))
    assert texts[0] == texts[1]
    assert "Aborted" in texts[0]
    assert collector.connections


@pytest.mark.parametrize("flags", [["-I"], ["-E"], ["-S"], ["-I", "-S"]])
def test_interpreters_that_ignore_the_environment(collector: FakeCollector, agent_path: str, flags: list[str]) -> None:
    """They run as ever, and unobserved."""
    same([*flags, "-c", "import sys; print('sitecustomize' in sys.modules, sys.flags)"], collector, agent_path)
    assert not collector.connections


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import sys; print('mine', __name__, __file__, len(sys.path)); VALUE = 7", "7"),
        ("VALUE = 8; raise ValueError('broken')", "None"),
        ("VALUE = 9; import module_that_is_not_there", "None"),
        ("VALUE = 10; import sys; sys.modules[__name__] = sys", "None"),
    ],
)
def test_existing_sitecustomize(
    collector: FakeCollector, agent_path: str, tmp_path: Path, source: str, expected: str
) -> None:
    """The program's own sitecustomize runs as ever, and its errors are told as ever."""
    (tmp_path / "sitecustomize.py").write_text(source)
    program = "import sys; print(getattr(sys.modules.get('sitecustomize'), 'VALUE', None), sys.path)"
    out = same(["-c", program], collector, agent_path, PYTHONPATH=str(tmp_path))
    assert out.splitlines()[-1].startswith(expected)
    assert collector.only().end is not None


def test_user_site(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    """A .pth file that runs code, and usercustomize, keep working."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}t"
    site = tmp_path / "lib" / f"python{version}" / "site-packages"
    site.mkdir(parents=True)
    (site / "early.pth").write_text(f"import sys; sys.early = 'early'\n{tmp_path}\n")
    (site / "usercustomize.py").write_text("import sys; sys.late = 'late'")
    out = same(
        ["-c", "import sys; print(sys.early, sys.late, sys.path)"], collector, agent_path, PYTHONUSERBASE=str(tmp_path)
    )
    assert out.startswith("early late ")
    assert str(tmp_path) in out


def test_environment_is_inherited(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    """Children of every kind are observed, each in a session of its own."""
    script = tmp_path / "children.py"
    script.write_text("""
import multiprocessing, os, subprocess, sys

def work(number):
    print("child", number, flush=True)

if __name__ == "__main__":
    subprocess.run([sys.executable, "-c", "print('child sub', flush=True)"], check=True)
    for method in ("fork", "spawn"):
        process = multiprocessing.get_context(method).Process(target=work, args=(method,))
        process.start()
        process.join()
        assert process.exitcode == 0
    os.execv(sys.executable, [sys.executable, "-c", "print('child exec')"])
""")
    alone = run([BASE, str(script)], None, agent_path)
    observed = run([BASE, str(script)], collector, agent_path)
    assert (observed.stdout, observed.stderr, observed.returncode) == (alone.stdout, alone.stderr, 0)
    # The program itself, its four kinds of children, and multiprocessing's resource tracker.
    hellos = [connection.session(tail_allowed=True).hello for connection in collector.wait_connections(6)]
    assert len({hello.pid for hello in hellos if hello is not None}) == 5, (
        "the one that was exec'ed has its predecessor's pid"
    )
    assert sum(hello.parent_session != 0 for hello in hellos if hello is not None) == 1


@pytest.mark.parametrize(
    "program",
    [
        "raise SystemExit(3)",
        "import sys; sys.exit('bye')",
        "1/0",
        "import os; os._exit(4)",
        "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        "import os, signal; os.kill(os.getpid(), signal.SIGINT)",
        "import os; os.abort()",
        "import threading; threading.Thread(target=lambda: 1/0, name='t').start()",
        "import os\nif os.fork(): os.wait(); print(1)\nelse: print(2)",
        "import warnings, os\nwarnings.simplefilter('error')\nif os.fork(): os.wait()",
        "import threading, time; threading.Thread(target=time.sleep, args=(99,), daemon=True).start(); print('over')",
        "import atexit; atexit.register(print, 'at exit')",
    ],
)
def test_ends_as_ever(collector: FakeCollector, agent_path: str, program: str) -> None:
    same(["-c", program], collector, agent_path)
    collector.wait_connections(1)


def unsupported(collector: FakeCollector) -> list[list[str]]:
    """What interpreters have left word of, without their pids."""
    return [path.read_text().rstrip("\n").split("\t") for path in (collector.run_dir / "unsupported").iterdir()]


def test_gil_switched_on(collector: FakeCollector, agent_path: str) -> None:
    assert run([BASE, "-c", "print(1)"], collector, agent_path, PYTHON_GIL="1").stdout == "1\n"
    ((what, executable, version, remedy),) = unsupported(collector)
    assert what == "the GIL is switched on in this free-threaded Python"
    assert (executable, version) == (BASE, sys.version.split()[0])
    assert "PYTHON_GIL" in remedy
    assert not collector.connections


def other_pythons() -> list[str]:
    """Whatever else is there: interpreters with the GIL, of any version."""
    found = [shutil.which(name) for name in ("python2.7", "python3.8", "python3.11", "python3", "pypy3")]
    return [
        name
        for name in found
        if name and subprocess.run([name, "-c", ""], check=False, capture_output=True).returncode == 0
    ]


def test_other_pythons_run_unobserved(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    """At the least the source is one that old ones can read; where there are other interpreters, each leaves word."""
    (tmp_path / "sitecustomize.py").write_text("print('mine')")
    probe = "import sys; print(sys.path); print([n for n in sys.modules if 'racewitness' in n])"
    ran = 0
    for name in other_pythons():
        alone = run([name, "-c", probe], None, agent_path, PYTHONPATH=str(tmp_path))
        observed = run([name, "-c", probe], collector, agent_path, PYTHONPATH=str(tmp_path))
        assert (observed.stdout, observed.stderr) == (alone.stdout, alone.stderr)
        assert alone.stdout.startswith("mine\n")
        if "free-threading" not in run([name, "-VV"], None, agent_path).stdout:
            ran += 1
    assert len(unsupported(collector) if ran else []) == ran
    source = Path(agent_path, "racewitness", "inject", "sitecustomize.py").read_text()
    newer = ("f'", 'f"', ":=", "nonlocal", "async ", "yield from", "print(", "raise from", " -> ", "*, ")
    assert not [word for word in newer if word in source], "syntax that Python 2.7 does not know"


def test_core_that_does_not_load(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    package = tmp_path / "package" / "racewitness"
    shutil.copytree(Path(agent_path, "racewitness"), package)
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    (package / f"_core{suffix}").write_bytes(b"no library")
    done = run([BASE, "-c", "print(1)"], collector, str(package.parent))
    assert (done.stdout, done.stderr) == ("1\n", "")
    ((what, _, _, remedy),) = unsupported(collector)
    assert what.startswith("the agent's core does not load: ")
    assert "doctor" in remedy


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"RACEWITNESS_ENDPOINT": "nonsense"}, "RACEWITNESS_ENDPOINT must be unix:/path/of/socket or tcp:address:port"),
        ({"RACEWITNESS_ENDPOINT": "unix:/nowhere"}, "no collector at unix:/nowhere: No such file or directory"),
        ({"RACEWITNESS_TOKEN": "abc"}, "RACEWITNESS_TOKEN must be 64 hexadecimal digits"),
        ({"RACEWITNESS_RUN_DIR": "relative"}, "RACEWITNESS_RUN_DIR must be an absolute path"),
        ({"RACEWITNESS_RUN_DIR": "/nowhere"}, "cannot create the buffer file /nowhere/"),
        ({"RACEWITNESS_RUN": "a/b"}, "RACEWITNESS_RUN must be up to 64 letters, digits, '.', '_', '-', not 'a/b'"),
        ({"RACEWITNESS_BUFFER_BYTES": "1000"}, "RACEWITNESS_BUFFER_BYTES must be a power of two from 65536 to"),
        ({"RACEWITNESS_FILTER": "maybe"}, "RACEWITNESS_FILTER must be on or off, not 'maybe'"),
        ({"RACEWITNESS_MODE": "roof"}, "RACEWITNESS_MODE must be trace or floor, not 'roof'"),
        ({"RACEWITNESS_INCLUDE": "a.*:b c"}, "RACEWITNESS_INCLUDE holds 'b c': a pattern is a dotted module name"),
    ],
)
def test_settings_that_cannot_be_used(
    collector: FakeCollector, agent_path: str, variables: dict[str, str], message: str
) -> None:
    """One line, and the program runs."""
    done = run([BASE, "-c", "print(1)"], collector, agent_path, **variables)
    assert (done.stdout, done.returncode) == ("1\n", 0)
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"racewitness: {message}")
    assert "goes on unobserved" in line


def test_refusal(agent_path: str, tmp_path: Path) -> None:
    with FakeCollector(tmp_path / "run", status=1, message="wrong token") as collector:
        program = "import racewitness\nwhile racewitness.active(): pass\nprint('unobserved')"
        done = run([BASE, "-c", program], collector, agent_path)
    assert done.stdout == "unobserved\n"
    (line,) = done.stderr.splitlines()
    assert line.startswith("racewitness: the collector refused this process (status 1): wrong token; process ")


API = """
import racewitness as r
channel = []
r.happens_before(channel)
r.happens_after(channel)
with r.benign("a reason"): pass
def plain(x: int) -> int:
    "A plain function."
    return x + 1
wrapped = r.benign("a reason")(plain)
print(r.active(), wrapped(1), wrapped.__name__, wrapped.__doc__, wrapped.__annotations__)
for bad in (lambda: r.benign(""), lambda: r.benign(3), lambda: r.benign("x")((lambda: (yield)))):
    try: bad()
    except TypeError as error: print(error)
"""


def test_public_functions(collector: FakeCollector, agent_path: str) -> None:
    alone = run([BASE, "-c", API], None, agent_path, PYTHONPATH=agent_path)
    observed = run([BASE, "-c", API], collector, agent_path)
    assert (alone.stderr, observed.stderr) == ("", "")
    assert alone.stdout.startswith("False 2 plain A plain function.")
    assert observed.stdout == alone.stdout.replace("False", "True", 1)
    signals = [(sync.kind, sync.object) for sync in collector.only().syncs() if sync.kind in ("SIGNAL", "OBSERVE")]
    assert signals[-2:] in ([], [("SIGNAL", signals[-1][1]), ("OBSERVE", signals[-1][1])])


def test_importing_the_package_imports_nothing_else(agent_path: str) -> None:
    program = "import sys; before = set(sys.modules); import racewitness; print(sorted(set(sys.modules) - before))"
    done = run([BASE, "-c", program], None, agent_path, PYTHONPATH=agent_path)
    assert done.stdout == "['racewitness', 'racewitness._agent', 'racewitness._benign']\n"


def test_cost_of_starting(collector: FakeCollector, agent_path: str) -> None:
    """Prints the cost; fails only where it is far off what a person would notice on this machine."""
    best = {"alone": math.inf, "observed": math.inf}
    for _ in range(7):
        for name, where in (("alone", None), ("observed", collector)):
            start = time.perf_counter()
            run([BASE, "-c", ""], where, agent_path)
            best[name] = min(best[name], time.perf_counter() - start)
    cost = best["observed"] - best["alone"]
    print(f"start-up {best['alone'] * 1000:.1f} ms alone, {cost * 1000:.1f} ms more when observed")
    assert cost < max(0.25, 5 * best["alone"])


def test_hello_of_a_hostile_command_line(collector: FakeCollector, agent_path: str) -> None:
    odd = ["\udcff\udc80", 'quote" backslash\\ newline\n tab\t', "x" * 5000, "never seen"]
    environ = collector.environment(agent_path)
    command = [os.fsencode(part) for part in (BASE, "-c", "import racewitness; print(racewitness.active())", *odd)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert done.stdout == "True\n"
    hello = collector.only().hello
    assert hello is not None
    import json

    argv = json.loads(hello.pairs["argv"])
    assert argv[3:5] == ["\udcff\udc80", 'quote" backslash\\ newline\n tab\t']
    assert argv[-1] == "..."
    assert len(hello.pairs["argv"].encode()) <= 4096


GILFUL = """
#include <Python.h>
static PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT, .m_name = "gilful"};
PyMODINIT_FUNC PyInit_gilful(void) { return PyModuleDef_Init(&definition); }
"""


def test_gil_switched_on_by_a_module(collector: FakeCollector, agent_path: str, tmp_path: Path) -> None:
    """END says that the GIL was on when the interpreter was taken down."""
    (tmp_path / "gilful.c").write_text(GILFUL)
    library = tmp_path / f"gilful{sysconfig.get_config_var('EXT_SUFFIX')}"
    command = [os.environ.get("CC", "cc"), "-fPIC", "-shared", f"-I{sysconfig.get_path('include')}"]
    subprocess.run([*command, str(tmp_path / "gilful.c"), "-o", str(library)], check=True)
    program = "import sys, warnings; warnings.simplefilter('ignore'); import gilful; print(sys._is_gil_enabled())"
    assert same(["-c", program], collector, agent_path, PYTHONPATH=str(tmp_path)) == "True\n"
    session = collector.only()
    assert session.hello is not None
    assert session.end is not None
    assert (session.hello.pairs["gilEnabled"], session.end["gilEnabled"]) == ("0", "1")
