"""The golden bytes: read by the decoder of these tests, and written again by the agent's own encoders."""

import struct
import sys
from pathlib import Path
from types import ModuleType

import pytest

import wire

GOLDEN = Path(__file__).parents[2] / "docs" / "golden"


@pytest.fixture(scope="module")
def core(transport_path: Path) -> ModuleType:
    """The agent's encoders."""
    sys.path.insert(0, str(transport_path))
    import _transport

    sys.path.remove(str(transport_path))
    return _transport


@pytest.fixture(scope="module")
def trace() -> bytes:
    """The frames of the golden trace, behind the file header."""
    data = (GOLDEN / "trace.bin").read_bytes()
    assert data.startswith(b"RWTRACE1")
    return data[8:]


def test_frames(core: ModuleType, trace: bytes) -> None:
    """Each frame is what the agent's encoder makes of its fields."""
    at = 0
    for frame in wire.frames(trace):
        header = core.seal(
            frame.type, frame.session, frame.thread, frame.sequence, frame.time, frame.records, frame.payload
        )
        assert header + frame.payload == trace[at : at + len(header) + len(frame.payload)]
        assert wire.encode_frame(frame) == header + frame.payload
        at += len(header) + len(frame.payload)
    assert at == len(trace)


def test_records(core: ModuleType, trace: bytes) -> None:
    """Each record's first word is what the agent's encoder makes of its fields; every tag occurs."""
    seen = set()
    for frame in wire.frames(trace):
        if frame.type == wire.RECORDS:
            positions = wire.whole(frame.payload)
            assert len(positions) == frame.records
            for at in positions:
                tag, op, words, arg = struct.unpack_from("<BBHI", frame.payload, at)
                (word,) = struct.unpack_from("<Q", frame.payload, at)
                assert core.record_head(tag, op, words, arg) == word
                seen.add(tag)
    assert seen >= set(wire.TAGS)


def test_hello(core: ModuleType, trace: bytes) -> None:
    hellos = [wire.hello(frame.payload) for frame in wire.frames(trace) if frame.type == wire.HELLO]
    first, child = hellos
    assert (first.version, first.pid, first.parent_pid, first.parent_session) == (1, 4711, 4710, 0)
    assert child.parent_session == 0x00C0FFEE00000001
    assert first.token == bytes(range(32))
    assert first.pairs["argv"] == '["counter.py"]'
    payload = next(wire.frames(trace)).payload
    assert core.pairs(first.pairs) == payload[80:]


def test_end(core: ModuleType, trace: bytes) -> None:
    for frame in wire.frames(trace):
        if frame.type in (wire.END, wire.STATUS):
            assert core.pairs(wire.pairs(frame.payload)) == frame.payload


def test_answer() -> None:
    data = (GOLDEN / "answer.bin").read_bytes()
    assert data == wire.ANSWER.pack(wire.ANSWER_MAGIC, 1, len(b"wrong token")) + b"wrong token"


def test_pairs_are_cut_at_a_character(core: ModuleType) -> None:
    cut = wire.pairs(core.pairs({"key": "é" * 3000}))["key"]
    assert cut == "é" * 2048
    assert wire.pairs(core.pairs({"key": "x" + "é" * 3000}))["key"] == "x" + "é" * 2047
