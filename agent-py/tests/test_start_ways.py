"""However a program is started, it is started as ever, and is observed."""

import os
import subprocess
import zipapp
from pathlib import Path

import pytest

import wire
from collector import PATIENCE, FakeCollector
from test_start import BASE

MAIN = """
import os, sys
class Box: pass
def work(box):
    box.n = 1
    return box.n
if __name__ == "__main__":
    work(Box())
    names = ("__name__", "__file__", "__package__", "__cached__", "__doc__", "__builtins__")
    print({name: str(globals().get(name, "absent")) for name in names})
    print(type(__loader__).__name__, __spec__ and __spec__.name)
    print(sys.argv, sys.orig_argv, sys.path, sys.flags, sys.path_importer_cache.keys())
    print(sorted(name for name in sys.modules if name.split(".")[0] != "racewitness"))
    print(os.getcwd(), os.umask(0o22), sorted(os.listdir("/proc/self/fd"))[:4], sys.stdin.isatty(), os.getppid() > 1)
    raise SystemExit(7)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A directory with a script, a package, a link to the script and an archive."""
    directory = tmp_path / "program"
    (directory / "package").mkdir(parents=True)
    (directory / "package" / "__init__.py").write_text("")
    for name in ("script.py", "package/__main__.py", "package/module.py", "__main__.py"):
        (directory / name).write_text(MAIN)
    (directory / "link.py").symlink_to("script.py")
    (tmp_path / "archived").mkdir()
    (tmp_path / "archived" / "__main__.py").write_text(MAIN)
    zipapp.create_archive(tmp_path / "archived", directory / "app.pyz", interpreter=BASE)
    return directory


@pytest.mark.parametrize(
    "command",
    [
        [BASE, "script.py", "-I", "--x=1", "\udcff"],
        [BASE, "link.py"],
        [BASE, "../program/script.py"],
        [BASE, "-m", "package", "a"],
        [BASE, "-m", "package.module"],
        [BASE, "-c", MAIN, "b"],
        [BASE, "-"],
        [BASE],
        [BASE, "."],
        [BASE, "app.pyz", "c"],
        ["./app.pyz"],
        [BASE, "-P", "-B", "script.py"],
        [BASE, "-OO", "-m", "package"],
        [BASE, "-m", "no_such_module"],
        [BASE, "no such file.py"],
    ],
    ids=lambda command: ascii(" ".join(part for part in command if part not in (BASE, MAIN))),
)
def test_as_ever(collector: FakeCollector, agent_path: str, program: Path, command: list[str]) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "RACEWITNESS"))}
    plain["PYTHONDONTWRITEBYTECODE"] = "1"
    observed = collector.environment(agent_path, PYTHONDONTWRITEBYTECODE="1")
    done = []
    for environ in (plain, observed):
        done.append(
            subprocess.run(
                [os.fsencode(part) for part in command],
                cwd=program,
                env=environ,
                input=MAIN.encode(),
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        )
    alone, traced = done
    assert (traced.returncode, traced.stdout, traced.stderr) == (alone.returncode, alone.stdout, alone.stderr)
    session = collector.only()
    assert session.end is not None
    if alone.returncode == 7:
        assert "Box" in {r.text().rpartition(".")[2] for r in session.all_records() if r.tag == wire.TYPE}
