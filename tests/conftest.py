"""What the end-to-end tests share: the launcher of this checkout, run as a person runs it."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parent.parent
LAUNCHER = HOME / "racewitness"

# Generous: the machine that runs the tests may be small and busy. A hang fails, a slow start does not.
TIMEOUT_SECONDS = 120


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
