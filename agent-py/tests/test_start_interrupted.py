"""SIGINT while the agent starts: the program ends as one does that is interrupted while Python starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from collector import PATIENCE, FakeCollector

BASE = os.path.realpath(getattr(sys, "_base_executable", sys.executable))

EARLY = """
import os, sys, _signal

def interrupt():
    places, at, count, kill, pid, number = (
        os.environ["PLACES"], int(os.environ["AT"]), 0, os.kill, os.getpid(), _signal.SIGINT)

    _signal.signal(number, _signal.default_int_handler)  # whoever runs the tests in the background ignores it

    def hook(frame, event, argument):
        # importlib has weakref callbacks in Python, whose exceptions are told and dropped (Objects/weakrefobject.c)
        nonlocal count
        if places == "all" or frame.f_code.co_name in ("cb", "remove"):
            caller = frame
            while caller is not None and caller.f_code.co_name != "_run":
                caller = caller.f_back
            if caller is not None:
                count += 1
                sys.interruptible = count
                if count == at:
                    kill(pid, number)

    sys.setprofile(hook)

interrupt()
"""


@pytest.fixture
def interrupted(collector: FakeCollector, agent_path: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a program that interrupts itself while the agent starts in it."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}t"
    site = tmp_path / "lib" / f"python{version}" / "site-packages"
    site.mkdir(parents=True)
    (site / "early.pth").write_text("import early_hook\n")
    (site / "early_hook.py").write_text(EARLY)
    return collector.environment(agent_path, PYTHONUSERBASE=str(tmp_path))


def run(environment: dict[str, str], places: str, at: int) -> "subprocess.CompletedProcess[str]":
    """Run a program that is interrupted at that event of Python's profiler within the agent's start; 0: never."""
    return subprocess.run(
        [BASE, "-c", "import sys; sys.setprofile(None); print(sys.interruptible)"],
        env={**environment, "PLACES": places, "AT": str(at)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.mark.parametrize("places", ["callbacks", "all"])
def test_an_interrupt_is_never_lost(interrupted: dict[str, str], places: str) -> None:
    whole = run(interrupted, places, 0)
    assert whole.returncode == 0, whole.stderr
    events = int(whole.stdout)
    assert events >= 10
    for at in range(1, events, max(1, events // 12)):
        done = run(interrupted, places, at)
        assert done.stdout == "", f"at {at} of {events}: {done.stderr}"
        assert done.stderr.rstrip().splitlines()[-1].startswith(("KeyboardInterrupt", "Extension modules:"))
        assert "Exception ignored" not in done.stderr
        assert "racewitness: " not in done.stderr
        assert done.returncode == 1  # Python/pylifecycle.c: init_import_site
