"""The counters of the filter's rules, where they are compiled in, and that nothing is there where they are not."""

import ctypes
import os
import subprocess
from pathlib import Path

import pytest

from conftest import CORE
from wire import pairs

READ, WRITE = 1, 2
REPEAT, RECORDED = 1, 6


class Pairs(ctypes.Structure):
    """rw_pairs of pairs.h."""

    _fields_ = (("bytes", ctypes.c_void_p), ("length", ctypes.c_size_t), ("capacity", ctypes.c_size_t))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    built = tmp_path_factory.mktemp("counters") / "counters.so"
    command = [os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    command += ["-DRW_COUNTERS", "-D_GNU_SOURCE", str(CORE / "counters.c"), str(CORE / "pairs.c"), "-o", str(built)]
    subprocess.run(command, check=True)
    loaded = ctypes.CDLL(str(built))
    loaded.rw_counters_add.restype = ctypes.c_bool
    return loaded


def counted(library: ctypes.CDLL) -> dict[str, str]:
    collected = Pairs()
    assert library.rw_counters_add(ctypes.byref(collected))
    data = ctypes.string_at(collected.bytes, collected.length) if collected.length else bytes(2)
    library.rw_pairs_free(ctypes.byref(collected))
    return pairs(data)


def test_each_rule_and_operation_has_its_pair(library: ctypes.CDLL) -> None:
    library.rw_counters_reset()
    assert counted(library) == {}
    for _ in range(3):
        library.rw_count(REPEAT, READ)
    library.rw_count(RECORDED, WRITE)
    assert counted(library) == {"rule.repeat.1": "3", "rule.recorded.2": "1"}
    library.rw_counters_reset()
    assert counted(library) == {}


def test_nothing_is_compiled_in_otherwise(tmp_path: Path) -> None:
    built = tmp_path / "counters.o"
    command = [os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra", "-Werror", "-c", str(CORE / "counters.c")]
    subprocess.run([*command, "-o", str(built)], check=True)
    symbols = subprocess.run(["nm", str(built)], check=True, capture_output=True, text=True)
    assert symbols.stdout == ""
