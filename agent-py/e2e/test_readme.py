"""The README tells the truth: its commands do what it says they do, and what it quotes is what they print."""

import re
import shlex
from pathlib import Path

import pytest

from conftest import HOME, Run

README = (HOME / "README.md").read_text()
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S) for line in block.splitlines()]

# `mvn verify` is what runs this test.
RUNS_THIS_TEST = "mvn verify"


def test_commands_are_those_that_are_tried_here() -> None:
    assert RUNS_THIS_TEST in COMMANDS
    assert all(command == RUNS_THIS_TEST or command.startswith("./racewitness run") for command in COMMANDS), COMMANDS


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != RUNS_THIS_TEST])
def test_command(command: str, run: Run, tmp_path: Path) -> None:
    # A directory that looks like the checkout, so that reports do not end up in it.
    for name in ("racewitness", "examples"):
        (tmp_path / name).symlink_to(HOME / name)
    done = run(*shlex.split(command), cwd=tmp_path)
    racy = "/racy/" in command
    assert done.status == (66 if racy else 0), done.err
    assert (tmp_path / "racewitness-report" / "index.html").is_file()
    assert ("Account.balance" in done.err) == racy, done.err


def test_excerpt_is_what_the_first_command_prints(run: Run, tmp_path: Path) -> None:
    excerpt = re.search(r"<!-- excerpt: begin -->\n```text\n(.*?)```\n<!-- excerpt: end -->", README, re.S)
    assert excerpt, "the README has no excerpt of real output"
    for name in ("racewitness", "examples"):
        (tmp_path / name).symlink_to(HOME / name)
    done = run(*shlex.split(COMMANDS[0]), cwd=tmp_path)
    # Counts, times, thread numbers and the order in which two threads come differ from run to run; the words do not,
    # but for those that tell how often a race was met: where one thread is through before the other begins, once.
    printed = set(re.findall(r"[A-Za-z_][\w.:\-]*", done.out + done.err))
    quoted = set(re.findall(r"[A-Za-z_][\w.:\-]*", excerpt.group(1)))
    assert quoted - {"times"} <= printed, quoted - printed


def test_repository_links_lead_somewhere() -> None:
    for page in [HOME / "README.md", *HOME.glob("docs/*.md"), HOME / "corpus" / "README.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(HOME)}: {target}"
