"""A decoder of the wire format (docs/wire-format.md) for tests, independent of both encoders, small enough to believe.

It is strict: what the page does not allow raises WireError with the position.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

FRAME = struct.Struct("<IBBHQIIQQII")
FRAME_MAGIC = 0x31465752
ANSWER = struct.Struct("<IHH")
ANSWER_MAGIC = 0x31415752
HELLO, RECORDS, MARK, END, STATUS = 1, 2, 3, 4, 5
PAYLOAD_MAX = 1 << 20
RECORD_WORDS_MAX = 4096

ACCESS, ACCESS_RANGE, SYNC, DEAD, TIME, ACCESS_LATE, STEP = 1, 2, 3, 4, 5, 6, 7
STRING, KEY, TYPE, OBJECT, CODE, CODE_BYTES, STACK, THREAD, NOTE, COUNTER = range(0x20, 0x2A)
EVENTS = (ACCESS, ACCESS_RANGE, SYNC, DEAD, TIME, ACCESS_LATE, STEP)
MOMENTS = 256
"""Places for what is told late, from one event of a thread to the next."""

TAGS = {
    ACCESS: "ACCESS",
    ACCESS_RANGE: "ACCESS_RANGE",
    SYNC: "SYNC",
    DEAD: "DEAD",
    TIME: "TIME",
    ACCESS_LATE: "ACCESS_LATE",
    STEP: "STEP",
    STRING: "STRING",
    KEY: "KEY",
    TYPE: "TYPE",
    OBJECT: "OBJECT",
    CODE: "CODE",
    CODE_BYTES: "CODE_BYTES",
    STACK: "STACK",
    THREAD: "THREAD",
    NOTE: "NOTE",
    COUNTER: "COUNTER",
}
KINDS = (
    "-",
    "ACQUIRE",
    "RELEASE",
    "FORK",
    "BEGIN",
    "END",
    "JOIN",
    "POST",
    "TAKE",
    "SIGNAL",
    "OBSERVE",
    "LAST_USE",
    "DROP",
    "EVICT",
    "PLACE",
)
"""SYNC kinds by number."""


class WireError(Exception):
    """Bytes that the page does not allow."""


def crc32c(data: bytes) -> int:
    """CRC-32C, one byte at a time."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC_TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def _crc_table() -> list[int]:
    table = []
    for value in range(256):
        crc = value
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


_CRC_TABLE = _crc_table()


@dataclass
class Frame:
    """One frame; ``thread`` is 0 for a frame of the process."""

    type: int
    session: int
    thread: int
    sequence: int
    time: int
    records: int
    payload: bytes


def encode_frame(frame: Frame) -> bytes:
    """The bytes of a frame."""
    fields = [FRAME_MAGIC, frame.type, 0, FRAME.size, frame.session, frame.thread, len(frame.payload)]
    fields += [frame.sequence, frame.time, frame.records, 0]
    fields[-1] = crc32c(FRAME.pack(*fields) + frame.payload)
    return FRAME.pack(*fields) + frame.payload


def frames(data: bytes, *, tail_allowed: bool = False) -> Iterator[Frame]:
    """The frames in ``data``. With ``tail_allowed`` a frame that is cut off at the end of the bytes ends them."""
    at = 0
    while at < len(data):
        if len(data) - at < FRAME.size:
            if tail_allowed:
                return
            raise WireError(f"truncated: {len(data) - at} bytes of a header at {at}")
        magic, kind, _, header, session, thread, size, sequence, time, records, crc = FRAME.unpack_from(data, at)
        if magic != FRAME_MAGIC or header != FRAME.size or size > PAYLOAD_MAX:
            raise WireError(f"no frame at {at}: magic {magic:#x}, header {header}, payload {size}")
        payload = bytes(data[at + header : at + header + size])
        if len(payload) < size:
            if tail_allowed:
                return
            raise WireError(f"truncated: {len(payload)} of {size} bytes of payload at {at}")
        plain = bytearray(data[at : at + header])
        plain[44:48] = b"\0\0\0\0"
        if crc32c(bytes(plain) + payload) != crc:
            raise WireError(f"checksum of the frame at {at}")
        yield Frame(kind, session, thread, sequence, time, records, payload)
        at += header + size


@dataclass
class Record:
    """One record, its words as integers; ``time`` is absolute, in ticks, for events."""

    thread: int
    tag: int
    op: int
    arg: int
    words: tuple[int, ...]
    time: int | Fraction = 0
    data: bytes = field(default=b"", repr=False)

    @property
    def name(self) -> str:
        """Name of the tag."""
        return TAGS[self.tag]

    @property
    def object(self) -> int:
        """Object number of an event."""
        return self.words[1] & (1 << 40) - 1

    @property
    def kind(self) -> str:
        """Name of a SYNC record's kind."""
        return KINDS[self.op]

    @property
    def stamp(self) -> int:
        """Stamp of a SYNC record."""
        return self.words[2]

    @property
    def token(self) -> int:
        """Token of a SYNC record."""
        return self.words[3]

    @property
    def key(self) -> int:
        """Location key of an access."""
        return self.words[2]

    def text(self) -> str:
        """The text of a STRING, TYPE, KEY, THREAD, NOTE or COUNTER record."""
        start, length = {
            STRING: (16, self.words[1] & 0xFFFFFFFF),
            TYPE: (16, self.words[1] & 0xFFFFFFFF),
            KEY: (16, self.arg),
            THREAD: (24, self.arg),
            NOTE: (8, self.arg),
            COUNTER: (16, self.arg),
        }[self.tag]
        if start + length > len(self.data):
            raise WireError(f"text of {length} bytes in a record of {len(self.data)}")
        return self.data[start : start + length].decode("utf-8")


def records(thread: int, stream: bytes) -> list[Record]:
    """The records of a thread's whole stream."""
    result = []
    at = time = 0
    timed = False
    while at < len(stream):
        if len(stream) - at < 8:
            raise WireError(f"thread {thread}: {len(stream) - at} bytes of a record at {at}")
        tag, op, count, arg = struct.unpack_from("<BBHI", stream, at)
        if tag not in TAGS or not 0 < count <= RECORD_WORDS_MAX or at + 8 * count > len(stream):
            raise WireError(f"thread {thread}: no record at {at}: tag {tag:#x}, {count} words")
        data = stream[at : at + 8 * count]
        record = Record(thread, tag, op, arg, struct.unpack(f"<{count}Q", data), data=bytes(data))
        if tag == TIME:
            time, timed = record.words[1], True
        elif tag in EVENTS:
            if not timed:
                raise WireError(f"thread {thread}: an event before the first TIME record, at {at}")
            time += record.words[1] >> 40
        record.time = time
        result.append(record)
        at += 8 * count
    return result


def in_place(stream: list[Record]) -> list[Record]:
    """A thread's records with what was told late as ACCESS or ACCESS_RANGE in its place, timed behind what precedes."""
    events, told, late = 0, [], []
    for record in stream:
        if record.tag == ACCESS_LATE:
            back = record.words[4] - (1 << 64 if record.words[4] >> 63 else 0)
            late.append((events * MOMENTS - back, record))
            continue
        count = record.words[3] & 0xFFFFFFFF if record.tag == ACCESS_RANGE else 1
        if record.tag in (ACCESS, ACCESS_RANGE, SYNC, STEP):
            events += count
        told.append((events * MOMENTS, record))
    result: list[Record] = []
    waiting = sorted(late, key=lambda one: one[0])
    before: Record | None = None
    for moment, record in [*told, (1 << 64, None)]:
        while waiting and waiting[0][0] < moment:
            place, one = waiting.pop(0)
            tag = ACCESS if one.words[3] == 1 else ACCESS_RANGE
            time = (before.time if before is not None else 0) + Fraction(place % MOMENTS, 2 * MOMENTS)
            result.append(replace(one, tag=tag, words=one.words[:4], time=time))
        if record is not None:
            result.append(record)
            before = record if record.tag in EVENTS else before
    return result


def pairs(payload: bytes, at: int = 0) -> dict[str, str]:
    """Pairs of texts that fill the rest of a payload."""
    (count,) = struct.unpack_from("<H", payload, at)
    at += 2
    texts = []
    for _ in range(2 * count):
        (length,) = struct.unpack_from("<H", payload, at)
        texts.append(payload[at + 2 : at + 2 + length].decode("utf-8"))
        at += 2 + length
    if at != len(payload):
        raise WireError(f"{len(payload) - at} bytes behind the pairs")
    return dict(zip(texts[::2], texts[1::2], strict=True))


@dataclass
class Hello:
    """What a HELLO frame says."""

    version: int
    pid: int
    parent_pid: int
    ticks_per_second: int
    ticks: int
    unix_ns: int
    parent_session: int
    token: bytes
    pairs: dict[str, str]


def hello(payload: bytes) -> Hello:
    """Decode the payload of a HELLO frame."""
    version, zero, pid, parent, zero2, rate, ticks, unix_ns, parent_session = struct.unpack_from("<HHIIIQQQQ", payload)
    if zero or zero2:
        raise WireError("reserved fields of HELLO are not 0")
    return Hello(version, pid, parent, rate, ticks, unix_ns, parent_session, payload[48:80], pairs(payload, 80))


class Session:
    """What one connection has brought, in the order in which it came; sequence numbers are checked."""

    def __init__(self, data: bytes, *, tail_allowed: bool = False) -> None:
        self.frames = list(frames(data, tail_allowed=tail_allowed))
        self.streams: dict[int, bytearray] = {}
        self.marks: list[int] = []
        self.hello: Hello | None = None
        self.end: dict[str, str] | None = None
        self.recovered = 0
        process_frames = 0
        for number, frame in enumerate(self.frames):
            if self.end is not None:
                raise WireError("a frame behind END")
            if frame.session != self.frames[0].session:
                raise WireError("frames of two sessions on one connection")
            if frame.thread == 0:
                if frame.sequence != process_frames:
                    raise WireError(f"process frame {frame.sequence} where {process_frames} is due")
                process_frames += 1
                self._process_frame(number, frame)
            else:
                self._records(frame)

    @property
    def id(self) -> int:
        """The session's number."""
        return self.frames[0].session

    def _process_frame(self, number: int, frame: Frame) -> None:
        if (frame.type == HELLO) != (number == 0):
            raise WireError(f"frame {number} has type {frame.type}")
        if frame.type == HELLO:
            self.hello = hello(frame.payload)
        elif frame.type == MARK:
            (watermark,) = struct.unpack("<Q", frame.payload)
            if self.marks and watermark < self.marks[-1]:
                raise WireError("a watermark that goes back")
            self.marks.append(watermark)
        elif frame.type == END:
            self.end = pairs(frame.payload)

    def _records(self, frame: Frame) -> None:
        stream = self.streams.setdefault(frame.thread, bytearray())
        if frame.sequence != len(stream):
            raise WireError(f"thread {frame.thread}: position {frame.sequence} where {len(stream)} is due")
        stream += frame.payload
        count = len(whole(frame.payload))
        if count != frame.records:
            raise WireError(f"thread {frame.thread}: {count} records in a frame that says {frame.records}")

    def recover(self, path: Path) -> None:
        """Take from the buffer file what the connection did not bring."""
        for thread, (sent, committed, ring) in buffer_file(path, self.id).items():
            stream = self.streams.setdefault(thread, bytearray())
            if not sent <= len(stream) <= committed or committed - len(stream) > len(ring):
                raise WireError(f"thread {thread}: received {len(stream)}, sent {sent}, committed {committed}")
            for position in range(len(stream), committed, 8):
                at = position % len(ring)
                stream += ring[at : at + 8]
                self.recovered += 8

    def records(self, thread: int) -> list[Record]:
        """All records of one thread."""
        return records(thread, bytes(self.streams.get(thread, b"")))

    def all_records(self) -> list[Record]:
        """All records, thread by thread."""
        return [record for thread in sorted(self.streams) for record in self.records(thread)]

    def syncs(self) -> list[Record]:
        """SYNC records in the order of their stamps."""
        return sorted((r for r in self.all_records() if r.tag == SYNC), key=lambda r: r.stamp)

    def texts(self, tag: int) -> dict[int, str]:
        """What the STRING or TYPE records say, by number."""
        return {r.arg: r.text() for r in self.all_records() if r.tag == tag}

    def thread_names(self) -> dict[int, str]:
        """The last name of each thread."""
        return {r.thread: r.text() for r in self.all_records() if r.tag == THREAD}


def whole(stream: bytes) -> list[int]:
    """Positions of the records in whole records."""
    positions = []
    at = 0
    while at < len(stream):
        (count,) = struct.unpack_from("<H", stream, at + 2)
        if not 0 < count <= RECORD_WORDS_MAX or at + 8 * count > len(stream):
            raise WireError(f"a record of {count} words at {at} of {len(stream)}")
        positions.append(at)
        at += 8 * count
    return positions


def last_word(path: Path) -> tuple[int, int]:
    """What a process said of its end in its buffer file: the word, its number."""
    word, number = struct.unpack_from("<II", path.read_bytes(), 24)
    return word, number


def buffer_file(path: Path, session: int) -> dict[int, tuple[int, int, bytes]]:
    """For each thread in a buffer file: position sent, position committed, ring."""
    data = path.read_bytes()
    magic, owner, slots, size = struct.unpack_from("<8sQII", data)
    if magic != b"RWBUF001" or owner != session or size & (size - 1) or size < 4096:
        raise WireError(f"{path}: no buffer file of session {session:016x}")
    result = {}
    for slot in range(slots):
        start = 4096 + slot * (4096 + size)
        uid, committed, sent = struct.unpack_from("<QQQ", data, start)
        ring = data[start + 4096 : start + 4096 + size]
        if len(ring) < size:
            raise WireError(f"{path}: slot {slot} is cut off")
        if uid:
            result[uid] = (sent, committed, ring)
    return result
