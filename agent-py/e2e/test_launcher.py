"""The launcher: where it may be called from, what it says when something is missing, what it leaves alone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import HOME, LAUNCHER, TIMEOUT_SECONDS, Run, copy_of_agent, tools_only

SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]


def shell_command(shell: str) -> list[str]:
    return [shell, "sh"] if shell == "busybox" else [shell]


@pytest.mark.parametrize("shell", SHELLS)
def test_runs_under_any_posix_shell(shell: str, run: Run) -> None:
    done = run(*shell_command(shell), LAUNCHER, "--version")
    assert done.status == 0, done.err
    assert "0.1.0" in done.out


def test_works_through_symbolic_links_from_anywhere(run: Run, tmp_path: Path) -> None:
    bin_directory = tmp_path / "bin with blank"
    bin_directory.mkdir()
    (tmp_path / "direct").symlink_to(LAUNCHER)
    (bin_directory / "racewitness").symlink_to("../direct")
    done = run(bin_directory / "racewitness", "--version", cwd=Path("/"))
    assert done.status == 0, done.err
    assert "0.1.0" in done.out


def test_set_up_messages_stay_off_stdout(racewitness: Run, python: str) -> None:
    done = racewitness("run", "--", python, "-c", "print('only this')")
    assert done.out == "only this\n"
    assert done.status == 0, done.err


def test_classes_come_out_of_the_archive(racewitness: Run, python: str, tmp_path: Path) -> None:
    """A run reads no class of its jar: the second one has an archive of all that the first one needed."""
    log = tmp_path / "classes.txt"
    command = ("run", "--no-html", "--", python, "-c", "pass")
    assert racewitness(*command).status == 0
    env = os.environ | {"RACEWITNESS_JAVA_OPTIONS": f"-Xlog:class+load:file={log}"}
    assert racewitness(*command, env=env).status == 0
    read = [line for line in log.read_text(encoding="utf-8").splitlines() if "source: file:" in line]
    assert len(read) < 10, read


def test_status_of_the_command_comes_through(racewitness: Run, python: str) -> None:
    assert racewitness("run", "--", python, "-c", "raise SystemExit(7)").status == 7


def test_python_that_was_set_up_is_found_by_its_name(racewitness: Run, python: str, tmp_path: Path) -> None:
    path = tools_only(tmp_path / "tools", "python3.13t")
    done = racewitness(
        "run",
        "--",
        "python3.13t",
        "-c",
        "import sys; print(sys.version_info[:2])",
        env={"PATH": path, "RACEWITNESS_PYTHON": python},
    )
    assert done.status == 0, done.err
    assert done.out == "(3, 13)\n"


def test_without_a_jdk_one_line_says_what_to_install(racewitness: Run, tmp_path: Path) -> None:
    path = tools_only(tmp_path / "tools", "java", "javac")
    done = racewitness("--version", env={"PATH": path, "JAVA_HOME": ""})
    assert done.status == 70
    assert len(done.err.splitlines()) == 1, done.err
    assert "a JDK 17 or newer is needed (there is no java on the PATH)" in done.err


def test_doctor_works_without_a_jdk_and_names_the_remedy(racewitness: Run, tmp_path: Path) -> None:
    path = tools_only(tmp_path / "tools", "java", "javac", "mvn")
    done = racewitness("doctor", env={"PATH": path, "JAVA_HOME": "", "XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert done.status == 1
    states = {line.split()[1]: line.split()[0] for line in done.out.splitlines() if not line.startswith(" ")}
    assert states["jdk"] == states["maven"] == states["agent"] == "missing"
    assert states["cache"] == states["compiler"] == states["interpreter"] == "ok"
    assert done.out.count("mend it: ") == list(states.values()).count("missing")


def test_doctor_for_programs_has_four_fields_a_line(run: Run) -> None:
    done = run(HOME / "agent-py" / "setup" / "doctor.sh")
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert [row[0] for row in rows] == ["cache", "jdk", "maven", "jar", "compiler", "interpreter", "agent"]
    assert all(len(row) == 4 and row[1] in ("ok", "missing") and bool(row[3]) == (row[1] == "missing") for row in rows)
    assert done.status == (1 if any(row[1] == "missing" for row in rows) else 0)


def test_unwritable_cache_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("")
    done = run(HOME / "agent-py" / "setup" / "setup.sh", "agent", env={"XDG_CACHE_HOME": str(blocker)})
    assert done.status == 70
    assert len(done.err.splitlines()) == 1, done.err
    assert f"cannot write to the cache directory {blocker}" in done.err


def test_broken_agent_source_ends_in_the_compilers_words(run: Run, tmp_path: Path) -> None:
    checkout = copy_of_agent(tmp_path / "checkout")
    broken = checkout / "agent-py" / "src" / "racewitness" / "_core" / "broken.c"
    broken.write_text("int unused_parameter(int nobody_reads_me) { return 0; }\n")
    done = run(checkout / "agent-py" / "setup" / "setup.sh", "agent", env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert done.status == 70
    assert "building the agent failed" in done.err
    assert "nobody_reads_me" in done.err
    assert not list((tmp_path / "cache" / "racewitness" / "agent").iterdir()), "nothing may be left of a failed build"


def test_two_set_ups_at_once_build_one_agent(tmp_path: Path) -> None:
    # A copy: nobody edits it meanwhile.
    checkout = copy_of_agent(tmp_path / "checkout")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [str(checkout / "agent-py" / "setup" / "setup.sh"), "agent"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=TIMEOUT_SECONDS) for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    assert answers[0][0] == answers[1][0]
    assert sum(err.count("building the agent") for _, err in answers) == 1
