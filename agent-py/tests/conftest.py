"""What several tests of the agent share: collectors, the built package, and the transport as a module of its own."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector import FakeCollector

TESTS = Path(__file__).parent
CORE = TESTS.parent / "src" / "racewitness" / "_core"
TRANSPORT = (
    "clock crc32c descriptor fork handshake options outbox pairs ring sender session thread held cell_key known"
    " known_posts thread_pin"
)


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[FakeCollector]:
    """One collector that accepts every agent."""
    with FakeCollector(tmp_path / "run") as collector:
        yield collector


@pytest.fixture(scope="session")
def agent_path() -> str:
    """Directory that holds the built package."""
    path = os.environ.get("RACEWITNESS_AGENT_PATH")
    if not path:
        pytest.fail("RACEWITNESS_AGENT_PATH must name the directory that holds the built package")
    return path


@pytest.fixture(scope="session")
def transport_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory that holds the module _transport, built from tests/ext and the transport's own sources."""
    directory = tmp_path_factory.mktemp("transport")
    include = sysconfig.get_path("include")
    command = [os.environ.get("CC", "cc"), "-std=c11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    command += ["-fvisibility=hidden", "-pthread", f"-I{CORE}", "-isystem", include, "-isystem", f"{include}/internal"]
    command += os.environ.get("RACEWITNESS_TEST_CFLAGS", "").split()
    command += [str(TESTS / "ext" / f"transport_{part}.c") for part in ("module", "stubs")]
    command += [str(CORE / f"{name}.c") for name in TRANSPORT.split()]
    command += ["-o", str(directory / f"_transport{sysconfig.get_config_var('EXT_SUFFIX')}")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return directory


Program = Callable[..., "subprocess.Popen[str]"]

PREAMBLE = """
import os, sys, threading, time
import _transport as t
os.register_at_fork(after_in_child=t.after_fork_in_child)
t.start(dict(
    endpoint=os.environ["RACEWITNESS_ENDPOINT"], token=bytes.fromhex(os.environ["RACEWITNESS_TOKEN"]),
    run_dir=os.environ["RACEWITNESS_RUN_DIR"], buffer_bytes=int(os.environ.get("RACEWITNESS_BUFFER_BYTES", 262144)),
    pairs={"python": "3.13", "argv": "[]"},
))
"""


@pytest.fixture
def transport(transport_path: Path, collector: FakeCollector) -> Iterator[Program]:
    """Starts a program that has the transport as `t`, already connected; its output is captured."""
    started = []

    def start(program: str, **extra: str) -> "subprocess.Popen[str]":
        environ = collector.environment("/nonexistent", **extra)
        environ["PYTHONPATH"] = str(transport_path)
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", PREAMBLE + program],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
