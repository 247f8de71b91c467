"""Where python3.13t is looked for, in which order, and what is said about a Python that does not fit."""

import os
from pathlib import Path

import pytest

from conftest import SETUP, Run, tools_only

FIND = 'rw_find_python && echo "$rw_python $rw_python_from"'


def script(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def answering(file: Path) -> Path:
    """Stands in for an interpreter: answers the question of probe.py as a fitting one would."""
    return script(file, f"printf 'ok\\t{file}\\t3.13.9\\n'")


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """Variables of a machine that has no python3.13t anywhere."""
    return {
        "PATH": tools_only(tmp_path / "tools", "python3.13t", "uv", "pyenv"),
        "RACEWITNESS_PYTHON": "",
        "PYENV_ROOT": str(tmp_path / "pyenv"),
        "HOME": str(tmp_path / "home"),
    }


def test_order_is_variable_path_uv_pyenv_own_build(shell: Run, bare: dict[str, str], tmp_path: Path) -> None:
    found = []
    answering(tmp_path / "cache/racewitness/python/3.13.9/bin/python3.13t")
    found.append(shell(FIND, **bare).out)
    (tmp_path / "cache/racewitness/python/found").unlink()
    answering(tmp_path / "pyenv/versions/3.13.9t/bin/python3.13t")
    found.append(shell(FIND, **bare).out)
    (tmp_path / "cache/racewitness/python/found").unlink()
    managed = answering(tmp_path / "uv-managed/bin/python3.13t")
    script(tmp_path / "tools/uv", f'[ "$1 $2" = "python find" ] && echo {managed}')
    found.append(shell(FIND, **bare).out)
    answering(tmp_path / "tools/python3.13t")
    found.append(shell(FIND, **bare).out)
    named = answering(tmp_path / "named")
    found.append(shell(FIND, **{**bare, "RACEWITNESS_PYTHON": str(named)}).out)
    assert [line.rpartition(" ")[2].strip() for line in found] == ["build", "pyenv", "uv", "PATH", "RACEWITNESS_PYTHON"]
    assert found[2] == f"{managed} uv\n"


def test_what_was_found_is_remembered_without_asking_again(shell: Run, bare: dict[str, str], tmp_path: Path) -> None:
    managed = answering(tmp_path / "uv-managed/bin/python3.13t")
    uv = script(tmp_path / "tools/uv", f"echo {managed}")
    assert shell(FIND, **bare).out == f"{managed} uv\n"
    script(uv, "echo asked again >&2; exit 1")
    again = shell(FIND, **bare)
    assert (again.out, again.err) == (f"{managed} uv\n", "")


def test_interpreter_that_vanished_is_not_remembered(shell: Run, bare: dict[str, str], tmp_path: Path) -> None:
    own = answering(tmp_path / "cache/racewitness/python/3.13.9/bin/python3.13t")
    assert shell(FIND, **bare).status == 0
    own.unlink()
    assert shell(FIND, **bare).status == 1


def test_half_an_interpreter_is_not_taken_for_a_whole_one(shell: Run, bare: dict[str, str], tmp_path: Path) -> None:
    script(tmp_path / "cache/racewitness/python/3.13.9/bin/python3.13t", "echo No module named encodings >&2; exit 1")
    done = shell(FIND, **bare)
    assert done.status == 1
    assert "it does not run (No module named encodings)" in done.err


def test_elsewhere_than_debian_one_line_says_what_to_install(shell: Run, bare: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "tools/apt-get").unlink(missing_ok=True)
    done = shell("rw_ensure_python", **bare)
    assert done.status == 70
    assert len(done.err.splitlines()) == 1, done.err
    assert "install one (for example: uv python install 3.13t) or set RACEWITNESS_PYTHON" in done.err


@pytest.mark.parametrize("name", ["python3.13", "no-such-python"])
def test_unusable_python_is_refused_in_one_line(name: str, racewitness: Run, tmp_path: Path) -> None:
    fake = tmp_path / name
    if name == "python3.13":
        fake.write_text("#!/bin/sh\nprintf 'no\\tit is Python 3.13.5 with the GIL, not the free-threaded build\\n'\n")
        fake.chmod(0o755)
    done = racewitness("run", "--", "true", env={"RACEWITNESS_PYTHON": str(fake)})
    assert done.status == 70
    assert len(done.err.splitlines()) == 1, done.err
    assert f"RACEWITNESS_PYTHON={fake} cannot be used" in done.err
    assert ("with the GIL" in done.err) == (name == "python3.13")


def test_candidate_on_the_path_that_does_not_fit_is_named_and_passed_over(
    run: Run, tmp_path: Path, python: str
) -> None:
    (tmp_path / "bin").mkdir()
    wrong = tmp_path / "bin" / "python3.13t"
    wrong.write_text("#!/bin/sh\nprintf 'no\\tit is Python 3.12.1, not 3.13\\n'\n")
    wrong.chmod(0o755)
    (tmp_path / "cache" / "racewitness" / "python").mkdir(parents=True)
    (tmp_path / "cache" / "racewitness" / "python" / "found").write_text(f"{python}|uv\n")
    done = run(
        SETUP / "setup.sh",
        "python",
        env={
            "RACEWITNESS_PYTHON": "",
            "PATH": f"{wrong.parent}{os.pathsep}{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
        },
    )
    assert done.status == 0, done.err
    assert Path(done.out.strip()).resolve() == Path(python).resolve()
    assert done.err == f"racewitness: not using {wrong} (PATH): it is Python 3.12.1, not 3.13\n"
