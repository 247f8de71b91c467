"""What the end-to-end tests share: the launcher of this checkout, run as a person runs it."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
LAUNCHER = HOME / "racewitness"
SETUP = HOME / "agent-py" / "setup"

# Generous: the machine that runs the tests may be small and busy. A hang fails, a slow start does not.
TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Done:
    """One finished command."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


def run_command(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> Done:
    """Run a command without stdin, with the variables of `env` on top of this process's own; "" takes one away."""
    environment = os.environ.copy()
    # Tests set these for the agent's own tests; a person's shell has none of them.
    for name in ("PYTHONPATH", "RACEWITNESS_AGENT_PATH", "RACEWITNESS_HOME"):
        environment.pop(name, None)
    for name, value in (env or {}).items():
        if value:
            environment[name] = value
        else:
            environment.pop(name, None)
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def tools_only(directory: Path, *without: str) -> str:
    """A PATH with everything that the current one has but the named programs."""
    directory.mkdir()
    for folder in os.environ["PATH"].split(os.pathsep):
        if not Path(folder).is_dir():
            continue
        for program in Path(folder).iterdir():
            link = directory / program.name
            if program.name not in without and not link.exists():
                link.symlink_to(program)
    return str(directory)


def copy_of_agent(checkout: Path) -> Path:
    """The part of a checkout that the agent is built from."""
    ignored = shutil.ignore_patterns("tests", "e2e", "__pycache__")
    shutil.copytree(HOME / "agent-py", checkout / "agent-py", ignore=ignored)
    return checkout


@pytest.fixture
def home() -> Path:
    """The checkout."""
    return HOME


@pytest.fixture
def python() -> str:
    """The python3.13t that the set-up found."""
    return os.environ["RACEWITNESS_PYTHON"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command in a directory of its own."""

    def run_there(*command: str | Path, cwd: Path = tmp_path, env: dict[str, str] | None = None) -> Done:
        return run_command(*command, cwd=cwd, env=env)

    return run_there


@pytest.fixture
def racewitness(run: Run) -> Run:
    """Run the launcher in a directory of its own."""

    def run_launcher(*arguments: str | Path, **options: object) -> Done:
        return run(LAUNCHER, *arguments, **options)

    return run_launcher


@pytest.fixture
def shell(run: Run, tmp_path: Path) -> Run:
    """Run shell text with the functions of the set-up scripts and an empty cache; keywords are variables."""

    def run_text(text: str, **env: str) -> Done:
        parts = " ".join(f'. "{SETUP}/{part}.sh";' for part in ("lib", "java", "python", "agent", "apt"))
        script = f'set -u; rw_home="{HOME}"; {parts} {text}'
        return run("sh", "-c", script, env={"XDG_CACHE_HOME": str(tmp_path / "cache"), **env})

    return run_text
