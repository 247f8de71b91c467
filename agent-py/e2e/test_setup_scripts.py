"""The shell functions below the launcher, each called as its script calls it."""

import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import HOME, LAUNCHER, SETUP, Run, copy_of_agent

needs_apt = pytest.mark.skipif(not shutil.which("apt-get"), reason="the source build is for Debian and Ubuntu")

DEB822 = """\
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
Enabled: no
URIs: http://disabled.example/debian
Suites: bookworm
Components: main
"""

CLASSIC = """\
# deb http://comment.example/debian bookworm main
deb [arch=amd64] http://vendor.example/tool stable main
deb http://classic.example/debian bookworm main contrib
deb-src http://classic.example/debian bookworm main
"""


@needs_apt
@pytest.mark.parametrize(
    ("name", "text", "mirror"),
    [
        ("system.sources", DEB822, "http://mirror.example/debian"),
        ("system.list", CLASSIC, "http://classic.example/debian"),
    ],
)
def test_mirror_is_the_one_that_the_system_names(name: str, text: str, mirror: str, shell: Run, tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / name).write_text(text)
    configuration = tmp_path / "apt.conf"
    configuration.write_text(f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{parts}";\n')
    done = shell("rw_apt_mirror bookworm", APT_CONFIG=str(configuration))
    assert done.out == f"{mirror}\n", done.err


@needs_apt
def test_private_apt_names_a_keyring_and_never_the_systems_directories(shell: Run, tmp_path: Path) -> None:
    # There is no such mirror: the lists stay empty, the configuration is what is looked at.
    done = shell(
        "echo 'deb-src file:/nonexistent trixie main' | rw_apt_open try debian >/dev/null 2>&1; "
        "apt-config -c $rw_cache/apt/try/apt.conf shell LISTS Dir::State::lists/f CACHE Dir::Cache::archives/f "
        "SOURCES Dir::Etc::sourcelist/f PARTS Dir::Etc::sourceparts/f STATUS Dir::State::status/f "
        "HOOKS APT::Update::Post-Invoke; "
        "cat $rw_cache/apt/try/sources.list",
    )
    settings = [line for line in done.out.splitlines() if "=" in line and not line.startswith("deb")]
    directories = [line for line in settings if line != "HOOKS=''"]
    assert len(settings) == 6, done.out
    assert len(directories) == 5, done.out
    assert all(f"='{tmp_path}/cache/" in line for line in directories), done.out
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    assert (f"[signed-by={keyring}]" in done.out) == keyring.is_file()


def test_directory_lock_of_a_dead_holder_is_taken_over(shell: Run, tmp_path: Path) -> None:
    lock = tmp_path / "lock.d"
    lock.mkdir()
    (lock / "pid").write_text("999999999\n")
    done = shell(f'rw_locked_by_directory "{lock}" echo inside')
    assert (done.status, done.out) == (0, "inside\n"), done.err
    assert not lock.exists()


def test_lock_returns_the_status_of_what_it_guards(shell: Run, tmp_path: Path) -> None:
    done = shell(
        'rw_locked x sh -c "exit 3"; echo $?; rw_locked_by_directory "$rw_cache/y" sh -c "exit 4"; echo $?',
    )
    assert done.out == "3\n4\n", done.err


def test_java_version_is_read_from_any_spelling(shell: Run, tmp_path: Path) -> None:
    for number, (text, feature) in enumerate([("17.0.15", "17"), ("1.8.0_392", "8"), ("25", "25"), ("21-ea", "21")]):
        java = tmp_path / str(number)
        java.mkdir()
        (java / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{text}"\n')
        assert shell(f'rw_java_version "{java}"').out == f"{feature}\n"


def test_old_java_is_refused_with_its_version(shell: Run, tmp_path: Path) -> None:
    (tmp_path / "jdk" / "bin").mkdir(parents=True)
    (tmp_path / "jdk" / "release").write_text('JAVA_VERSION="11.0.2"\n')
    (tmp_path / "jdk" / "bin" / "java").write_text("#!/bin/sh\n")
    (tmp_path / "jdk" / "bin" / "java").chmod(0o755)
    tools = tmp_path / "tools"
    tools.mkdir()
    for program in ("sh", "sed", "head", "dirname", "basename", "readlink"):
        (tools / program).symlink_to(shutil.which(program))
    done = shell('rw_find_java || echo "$rw_java_problem"', JAVA_HOME=str(tmp_path / "jdk"), PATH=str(tools))
    assert done.out == f"JAVA_HOME={tmp_path}/jdk is Java 11\n", done.err


def test_changed_source_changes_the_agents_key(shell: Run, tmp_path: Path) -> None:
    copy = copy_of_agent(tmp_path / "home")
    ask = f'rw_home="{copy}" rw_python="{os.environ["RACEWITNESS_PYTHON"]}"; rw_agent_key "$rw_home/agent-py"'
    before = shell(ask).out
    assert before == shell(ask).out
    (copy / "agent-py" / "src" / "racewitness" / "new.py").write_text("NEW = 1\n")
    assert before != shell(ask).out


def test_every_message_has_its_paragraph_and_every_paragraph_its_message() -> None:
    scripts = [LAUNCHER, *SETUP.glob("*.sh")]
    pattern = r"rw_fail ([a-z-]+) |\[([a-z]+(?:-[a-z]+)+)\]\\n"
    named = {name for file in scripts for name in re.findall(pattern, file.read_text())}
    page = (HOME / "docs" / "setting-up.md").read_text()
    assert {first or second for first, second in named} == set(re.findall(r"^### (\S+)$", page, re.M))
    assert not [file.name for file in scripts if 'rw_fail "' in file.read_text()]
