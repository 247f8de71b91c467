"""The transport's threads under ThreadSanitizer, its memory under the address and undefined-behaviour sanitizers."""

import os
import random
import subprocess
from pathlib import Path

import pytest

from collector import PATIENCE
from conftest import CORE, TESTS, TRANSPORT

PARTS = [name for name in TRANSPORT.split() if name not in ("fork", "options")]


@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_stress(tmp_path: Path, sanitizer: str) -> None:
    program = tmp_path / "stress"
    command = [os.environ.get("CC", "cc"), "-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-pthread"]
    command += [f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", f"-I{CORE}"]
    command += [str(TESTS / "ext" / f"transport_{part}.c") for part in ("stress", "stubs")]
    command += [str(CORE / f"{name}.c") for name in PARTS]
    built = subprocess.run([*command, "-o", str(program)], check=False, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    seed = random.randrange(1 << 31)
    print("seed", seed)
    directory = tmp_path / "run"
    directory.mkdir()
    options = "halt_on_error=1:abort_on_error=0:exitcode=66"
    environ = os.environ | {"TSAN_OPTIONS": options, "ASAN_OPTIONS": options, "UBSAN_OPTIONS": "print_stacktrace=1"}
    done = subprocess.run(
        [program, directory, str(seed)], env=environ, check=False, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.startswith("36 threads, ")
