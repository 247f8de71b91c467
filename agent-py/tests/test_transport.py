"""Rings, sender and connection: what is recorded arrives, whole and in order, whatever collector or process do."""

import random
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import wire
from collector import PATIENCE, FakeCollector

Transport = Callable[..., "subprocess.Popen[str]"]


def keys(session: wire.Session, thread: int) -> list[int]:
    """The items that a thread wrote, in order."""
    return [record.key for record in session.records(thread) if record.tag == wire.ACCESS]


def finish(process: "subprocess.Popen[str]", status: int = 0) -> tuple[str, str]:
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == status, err
    return out, err


def test_handshake_and_end(transport: Transport, collector: FakeCollector) -> None:
    process = transport("t.emit(0, 1000); t.emit_sync(2, 7, 0); print(t.uid())")
    out, err = finish(process)
    session = collector.only()
    hello = session.hello
    assert hello is not None
    assert (hello.version, hello.pid, hello.token) == (1, process.pid, collector.token)
    assert hello.parent_session == 0
    assert hello.pairs == {"python": "3.13", "argv": "[]", "buffer": f"{session.id:016x}.rwb"}
    assert 1_000_000 < hello.ticks_per_second <= 1_000_000_000
    assert keys(session, 1) == list(range(1000))
    assert (out, err) == ("1\n", "")
    assert session.end == {
        "reason": "exit",
        "records": str(len(session.all_records())),
        "lost": "0",
        "gilEnabled": "0",
        "threads": "1",
    }
    (sync,) = session.syncs()
    assert (sync.kind, sync.object, sync.stamp) == ("RELEASE", 7, 1)


def test_first_records_of_a_thread(transport: Transport, collector: FakeCollector) -> None:
    program = """
def work():
    print(t.uid(), threading.get_ident(), threading.get_native_id())
    t.name("r\\u00e4uber" * 1000, 2)
thread = threading.Thread(target=work); thread.start(); thread.join()
"""
    out, _ = finish(transport(program))
    uid, ident, native = (int(word) for word in out.split())
    session = collector.only()
    first = session.records(uid)
    assert [r.name for r in first] == ["TIME", "THREAD", "SYNC", "THREAD"]
    assert first[1].words[1:] == (ident, native)
    assert first[3].words[1:3] == (ident, native | 2 << 32)
    assert first[3].text() == ("räuber" * 1000).encode()[:4096].decode()
    assert session.thread_names()[1] == "MainThread"
    assert session.records(1)[2].words[2] >> 32 == 1


def test_tcp(transport_path: object, transport: Transport, tmp_path_factory: pytest.TempPathFactory) -> None:
    with FakeCollector(tmp_path_factory.mktemp("tcp"), tcp=True) as other:
        finish(
            transport(
                "t.emit(0, 10)",
                RACEWITNESS_ENDPOINT=other.endpoint,
                RACEWITNESS_TOKEN=other.token.hex(),
                RACEWITNESS_RUN_DIR=str(other.run_dir),
            )
        )
        assert keys(other.only(), 1) == list(range(10))


def test_refusal(transport_path: object, transport: Transport, tmp_path_factory: pytest.TempPathFactory) -> None:
    with FakeCollector(tmp_path_factory.mktemp("refusing"), status=1, message="wrong token\nreally\x1b[0m") as other:
        program = "while t.active(): t.emit(0, 1)"
        process = transport(program, RACEWITNESS_ENDPOINT=other.endpoint, RACEWITNESS_RUN_DIR=str(other.run_dir))
        _, err = finish(process)
        refusal = "racewitness: the collector refused this process (status 1): wrong token really [0m; process"
        assert err == f"{refusal} {process.pid} goes on unobserved\n"
        assert not list(other.run_dir.glob("*.rwb")), "a refused process leaves no buffer file"


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"RACEWITNESS_ENDPOINT": "unix:/nowhere/socket"}, "no collector at unix:/nowhere/socket: No such file"),
        ({"RACEWITNESS_ENDPOINT": "tcp:localhost:99"}, "no collector at tcp:localhost:99: Invalid argument"),
        ({"RACEWITNESS_ENDPOINT": "unix:/" + "x" * 200}, "File name too long"),
        ({"RACEWITNESS_RUN_DIR": "/nowhere"}, "cannot create the buffer file /nowhere/"),
        ({"RACEWITNESS_BUFFER_BYTES": "4096"}, "a power of two from 65536 to 1073741824 bytes, not 4096"),
        ({"RACEWITNESS_BUFFER_BYTES": "100000"}, "a power of two from 65536 to 1073741824 bytes, not 100000"),
        ({"RACEWITNESS_TOKEN": "00"}, "the session token must have 32 bytes"),
    ],
)
def test_bad_options(transport: Transport, collector: FakeCollector, variables: dict[str, str], message: str) -> None:
    _, err = finish(transport("", **variables), 1)
    assert message in err.splitlines()[-1]
    assert not list(collector.run_dir.glob("*.rwb"))


def test_records_of_every_size_wrap_whole(transport: Transport, collector: FakeCollector) -> None:
    """Records of 1 to 4096 words through the smallest ring: each frame holds whole ones."""
    seed = random.randrange(1 << 32)
    print("seed", seed)
    program = f"""
import random
source = random.Random({seed})
for _ in range(2000):
    t.emit_note(source.choice((1, 2, source.randrange(1, 40), source.randrange(1, 4097))))
"""
    finish(transport(program, RACEWITNESS_BUFFER_BYTES="65536"))
    session = collector.only()
    source = random.Random(seed)
    sizes = [source.choice((1, 2, source.randrange(1, 40), source.randrange(1, 4097))) for _ in range(2000)]
    assert [len(r.words) for r in session.records(1) if r.tag == wire.NOTE] == sizes
    assert max(len(frame.payload) for frame in session.frames) <= 65536


def test_back_pressure(transport: Transport, collector: FakeCollector) -> None:
    """A collector that does not read makes the program wait; nothing is lost when it reads again."""
    collector.pause()
    program = "print('begun', flush=True); print(t.emit(0, 100_000))"
    process = transport(program, RACEWITNESS_BUFFER_BYTES="65536")
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    # 2.4 MB into a ring of 64 KiB and the socket's own buffers: it cannot have come to its end.
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.0)
    collector.resume()
    out, err = finish(process)
    assert (out, err) == ("100000\n", "")
    assert keys(collector.only(), 1) == list(range(100_000))


def test_collector_dies_under_a_waiting_program(transport: Transport, collector: FakeCollector) -> None:
    collector.pause()
    process = transport(
        "print('begun', flush=True); t.emit(0, 1 << 40); print(t.active())", RACEWITNESS_BUFFER_BYTES="65536"
    )
    assert process.stdout is not None
    process.stdout.readline()
    (connection,) = collector.wait_connections(1)
    begun = wire.Session(connection.data, tail_allowed=True)

    def in_ring() -> int:
        ((sent, committed, _),) = wire.buffer_file(collector.buffer_path(begun), begun.id).values()
        return committed - sent

    for _ in range(int(PATIENCE / 0.02)):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.02)
        if in_ring() >= 65536 - 24:
            break
    collector.stop()
    out, err = finish(process)
    assert out == "False\n"
    (line,) = err.splitlines()
    assert line.startswith("racewitness: collector lost after ")
    assert line.endswith("; the program goes on unobserved")
    session = connection.session(tail_allowed=True)
    written = keys(session, 1)
    assert written == list(range(len(written)))
    # What lay unread in the socket died with the collector; what the connection had not taken is kept, as far as the
    # ring goes.
    assert 0 <= in_ring() <= 65536


@pytest.mark.parametrize(
    "way", ["os.kill(os.getpid(), 9)", "t.crash()", "os._exit(3)", "os.execv('/bin/true', ['true'])"]
)
def test_what_was_recorded_survives_the_process(transport: Transport, collector: FakeCollector, way: str) -> None:
    """Everything committed before the end is in the bytes that were sent or in the buffer file."""
    program = f"t.emit(0, 20_000); print('done', flush=True); t.emit(20_000, 3000); {way}"
    process = transport(program)
    process.communicate(timeout=PATIENCE)
    assert process.returncode in (-signal.SIGKILL, -signal.SIGSEGV, 3, 0)
    session = collector.wait_connections(1)[0].session(tail_allowed=True)
    assert session.end is None
    session.recover(collector.buffer_path(session))
    assert keys(session, 1) == list(range(23_000))


def test_kill_at_random_moments(transport: Transport, collector: FakeCollector) -> None:
    """Two threads that write as fast as they can, killed at any moment: of each, an unbroken beginning is kept."""
    seed = random.randrange(1 << 32)
    print("seed", seed)
    source = random.Random(seed)
    program = """
def work():
    t.emit(0, 1)
    print("begun", flush=True)
    t.emit(1, 1 << 40)
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
"""
    for number in range(6):
        process = transport(program, RACEWITNESS_BUFFER_BYTES=str(1 << source.randrange(16, 20)))
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.readline()
        collector.budget = sum(len(c.data) for c in collector.connections) + source.randrange(1 << 17)
        collector.wait_bytes(collector.budget)
        process.kill()
        process.communicate()
        collector.resume()
        session = collector.wait_connections(number + 1)[number].session(tail_allowed=True)
        session.recover(collector.buffer_path(session))
        for thread in (2, 3):
            written = keys(session, thread)
            assert written == list(range(len(written)))
            assert written


def test_program_closes_the_descriptors(transport: Transport, collector: FakeCollector) -> None:
    program = """
high = t.descriptors()
assert min(high) >= 900, high
t.emit(0, 10)
os.closerange(3, 5000)
file = os.open("/dev/null", os.O_RDONLY)
assert file == 3, file
for number in high: os.dup2(file, number)
while t.active(): t.emit(0, 1)
print([os.fstat(number).st_rdev == os.fstat(file).st_rdev for number in high])
"""
    out, err = finish(transport(program))
    assert out == "[True, True]\n"
    (line,) = err.splitlines()
    assert line.startswith("racewitness: the program has closed the connection to the collector")
    session = collector.wait_connections(1)[0].session(tail_allowed=True)
    session.recover(collector.buffer_path(session))
    assert keys(session, 1)[:10] == list(range(10))


def test_few_descriptors_allowed(transport_path: object, transport: Transport, collector: FakeCollector) -> None:
    program = """
import resource, subprocess
if len(sys.argv) == 1:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
"""
    finish(transport(program + "t.native_threads(20, 2, 10)"))
    assert len(collector.only().streams) == 41


def test_low_descriptors_are_the_programs(transport: Transport, collector: FakeCollector) -> None:
    """Where the hard limit permits it, the agent's descriptors lie above the soft one."""
    program = """
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
for limit in (40, 1100):
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    child = os.fork()
    if child == 0:
        print(limit, min(t.descriptors()) >= max(limit, 900), resource.getrlimit(resource.RLIMIT_NOFILE)[0], flush=True)
        taken = []
        try:
            while True: taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error: print(error.errno, max(taken), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
print(hard >= 2000)
"""
    out, err = finish(transport(program))
    assert (out, err) == ("40 True 40\n24 39\n1100 True 1100\n24 1099\nTrue\n", "")
    collector.wait_connections(3)


def test_no_room_for_another_thread(transport: Transport, collector: FakeCollector) -> None:
    """A full disk is found when a thread attaches: one line, the agent is off, the program goes on."""
    program = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
t.emit(0, 5)
t.native_threads(10, 1, 5)
print(t.active(), t.emit(5, 1))
"""
    out, err = finish(transport(program))
    assert out == "False 0\n"
    (line,) = err.splitlines()
    assert line.startswith(
        "racewitness: no room for the buffer of another thread (266240 bytes in the run directory): "
    )
    session = collector.only()
    assert keys(session, 1) == list(range(5))
    assert session.end is not None
    assert session.end["reason"] == "off"


def test_many_threads_at_once(transport: Transport, collector: FakeCollector) -> None:
    finish(transport("t.native_threads(500, 1, 50)"))
    session = collector.only()
    assert sorted(session.streams) == list(range(1, 502))
    firsts = sorted(keys(session, thread)[0] for thread in range(2, 502))
    assert firsts == list(range(0, 25_000, 50))
    for thread in range(2, 502):
        written = keys(session, thread)
        assert written == list(range(written[0], written[0] + 50))


def test_many_threads_one_after_another(transport: Transport, collector: FakeCollector) -> None:
    """10,000 threads share a few slots: each has its own number and begins at position 0."""
    finish(transport("t.native_threads(1, 10_000, 3)"))
    session = collector.only()
    assert len(session.streams) == 10_001
    assert all(keys(session, thread) == [0, 1, 2] for thread in range(2, 10_002))
    assert session.end is not None
    assert session.end["threads"] == "10001"
    slots = (collector.buffer_path(session).stat().st_size - 4096) // (4096 + (1 << 18))
    assert slots < 200, f"{slots} rings for threads of which one lived at a time"


def test_stamps_have_no_gaps(transport: Transport, collector: FakeCollector) -> None:
    program = """
def work():
    for number in range(5000): t.emit_sync(1 + number % 2, 9, number)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
    finish(transport(program, RACEWITNESS_BUFFER_BYTES="65536"))
    session = collector.only()
    assert [sync.stamp for sync in session.syncs()] == list(range(1, 20_005))  # four BEGIN
    for thread in session.streams:
        stamps = [r.stamp for r in session.records(thread) if r.tag == wire.SYNC]
        assert stamps == sorted(stamps)


def test_watermarks(transport: Transport, collector: FakeCollector) -> None:
    """What comes behind a MARK is later than its watermark; a program that falls silent is marked to its end."""
    program = """
written, go_on = [], True
def work():
    count = 0
    while go_on:
        t.emit(0, 20); count += 20
        time.sleep(0.0005)
    written.append(count)
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
sys.stdin.readline()
go_on = False
for thread in threads: thread.join()
print(sum(written), flush=True)
sys.stdin.readline()
"""
    process = transport(program)
    assert process.stdout is not None
    assert process.stdin is not None
    (connection,) = collector.wait_connections(1)

    def until(holds: Callable[[wire.Session], bool]) -> None:
        while not holds(wire.Session(data := connection.data, tail_allowed=True)):
            collector.wait_bytes(len(data) + 1)

    def marked(seen: wire.Session) -> bool:
        times = [r.time for r in seen.all_records() if r.tag == wire.ACCESS]
        return len(times) == written and seen.marks[-1] >= max(times)

    until(lambda seen: len(seen.marks) > 5)
    process.stdin.write("\n")
    process.stdin.flush()
    written = int(process.stdout.readline())
    until(marked)
    process.stdin.write("\n")
    finish(process)
    session = collector.only()
    starts = {thread: [r.time for r in session.records(thread)] for thread in session.streams}
    received = dict.fromkeys(session.streams, 0)
    for frame in session.frames:
        if frame.type == wire.RECORDS:
            received[frame.thread] += frame.records
        elif frame.type == wire.MARK:
            watermark = int.from_bytes(frame.payload, "little")
            for thread, times in starts.items():
                late = [time for time in times[received[thread] :] if 0 < time <= watermark]
                assert not late, f"thread {thread} brought {late[:3]} behind watermark {watermark}"


def test_idle_program_costs_nothing(transport: Transport, collector: FakeCollector) -> None:
    """After a second without events the sender wakes up a few times a second, however long the seconds are."""
    program = """
t.emit(0, 10)
print(flush=True); sys.stdin.readline()
sender = None
while sender is None:  # it gives itself its name
    for number in os.listdir("/proc/self/task"):
        if open(f"/proc/self/task/{number}/comm").read() == "racewitness\\n":
            sender = number
def sleeps():
    (line,) = [line for line in open(f"/proc/self/task/{sender}/status") if line.startswith("voluntary_ctxt")]
    return int(line.split()[1])
time.sleep(1)
begun, before = time.monotonic(), sleeps()
time.sleep(2)
print((sleeps() - before) / (time.monotonic() - begun))
"""
    process = transport(program)
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    process.stdin.write("\n")
    out, _ = finish(process)
    assert float(out) < 30


def test_lost_before_the_end(transport: Transport, collector: FakeCollector) -> None:
    program = (
        "t.emit(0, 10); print(flush=True); sys.stdin.readline(); t.emit(10, 10)\nwhile t.active(): time.sleep(0.001)"
    )
    process = transport(program)
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    collector.wait_connections(1)  # the program does not wait for the answer
    collector.stop()
    process.stdin.write("\n")
    _, err = finish(process)
    assert err.count("\n") == 1
    assert "collector lost after " in err


def test_crc32c(transport_path: object) -> None:
    import sys

    sys.path.insert(0, str(transport_path))
    import _transport

    seed = random.randrange(1 << 32)
    print("seed", seed)
    source = random.Random(seed)
    assert wire.crc32c(b"123456789") == 0xE3069283
    for size in [*range(40), 1000, 4097]:
        data = source.randbytes(size)
        assert _transport.crc32c(data) == (wire.crc32c(data),) * 2


def test_a_late_answer_holds_nobody_up(transport_path: object, transport: Transport, tmp_path: Path) -> None:
    """The program runs, forks and fills its buffer while the collector has not answered; then everything is sent."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        server.listen()
        program = """
t.emit(0, 100)
child = os.fork()
if child == 0:
    t.emit(1000, 10)
    sys.exit(0)
print("forked", flush=True)
t.emit(100, 100)
os.waitpid(child, 0)
"""
        process = transport(program, RACEWITNESS_ENDPOINT=f"unix:{tmp_path}/socket", RACEWITNESS_RUN_DIR=str(tmp_path))
        assert process.stdout is not None
        assert process.stdout.readline() == "forked\n"
        sessions = []
        for _ in range(2):
            stream = server.accept()[0]
            stream.sendall(wire.ANSWER.pack(wire.ANSWER_MAGIC, 0, 0))
            sessions.append(stream)
        received = [wire.Session(b"".join(iter(lambda s=stream: s.recv(1 << 16), b""))) for stream in sessions]
    _, err = finish(process)
    assert err == ""
    assert [keys(session, 1) for session in received] == [list(range(200)), list(range(1000, 1010))]
