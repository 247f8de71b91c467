"""A collector for tests: takes connections, answers, keeps the bytes. What they mean is wire.py's business."""

import os
import secrets
import select
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import wire

INJECT = "racewitness/inject"
PATIENCE = 600.0
"""Seconds after which a test that waits for something has failed: a hang fails, a slow machine does not."""


class Connection:
    """One agent's connection."""

    def __init__(self, stream: socket.socket) -> None:
        self.stream = stream
        self.data = b""
        """What has come so far; replaced by the collector's thread, never changed in place."""
        self.answered = False
        self.closed = threading.Event()

    def session(self, *, tail_allowed: bool = False) -> wire.Session:
        """What has come, decoded; waits for the end of the stream."""
        if not self.closed.wait(PATIENCE):
            raise AssertionError(f"the connection is still open after {PATIENCE} s and {len(self.data)} bytes")
        return wire.Session(self.data, tail_allowed=tail_allowed)


class FakeCollector:
    """Listens on a unix socket in its own run directory until stop().

    ``reading`` may be cleared and set: while it is clear, nothing is read but handshakes.
    """

    def __init__(self, run_dir: Path, *, status: int = 0, message: str = "", tcp: bool = False) -> None:
        self.run_dir = run_dir
        self.status = status
        self.message = message
        self.token = secrets.token_bytes(32)
        self.connections: list[Connection] = []
        self.reading = threading.Event()
        self.reading.set()
        self.budget: int | None = None
        """After so many bytes on all connections together, reading is paused. Later changed by resume()."""
        self._changed = threading.Condition()
        run_dir.mkdir(mode=0o700, exist_ok=True)
        if tcp:
            self._server = socket.create_server(("127.0.0.1", 0))
            self.endpoint = f"tcp:127.0.0.1:{self._server.getsockname()[1]}"
        else:
            self._server = socket.socket(socket.AF_UNIX)
            self._server.bind(str(run_dir / "socket"))
            self._server.listen(100)
            self.endpoint = f"unix:{run_dir}/socket"
        self._wake_read, self._wake_write = os.pipe()
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="collector", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def environment(self, agent_path: str, **extra: str) -> dict[str, str]:
        """The environment of a command whose Pythons are to be observed."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environ.update(
            PYTHONPATH=os.path.join(agent_path, INJECT),  # noqa: PTH118
            RACEWITNESS_ENDPOINT=self.endpoint,
            RACEWITNESS_TOKEN=self.token.hex(),
            RACEWITNESS_RUN_DIR=str(self.run_dir),
            RACEWITNESS_AGENT_PATH=agent_path,
        )
        environ.update(extra)
        return environ

    def output_of(self, agent_path: str, program: str, **extra: str) -> str:
        """Run an observed program, which must end well; what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=self.environment(agent_path, **extra),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_connections(self, count: int) -> list[Connection]:
        """Wait until so many agents have been answered."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._answered() >= count, PATIENCE):
                raise AssertionError(f"{self._answered()} of {count} connections")
        return self.connections

    def wait_bytes(self, count: int) -> None:
        """Wait until so many bytes have come on all connections together."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._received() >= count, PATIENCE):
                raise AssertionError(f"{self._received()} of {count} bytes")

    def wait_bytes_or_end(self, connection: Connection, count: int) -> bool:
        """Wait until so many bytes have come on all connections together, or until this one has ended."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._received() >= count or connection.closed.is_set(), PATIENCE):
                raise AssertionError(f"{self._received()} of {count} bytes, and no end")
        return self._received() >= count

    def only(self) -> wire.Session:
        """The one session there was."""
        (connection,) = self.wait_connections(1)
        return connection.session()

    def buffer_path(self, session: wire.Session) -> Path:
        """The buffer file of a session."""
        return self.run_dir / f"{session.id:016x}.rwb"

    def pause(self) -> None:
        """Read nothing more for now."""
        self.reading.clear()
        self._poke()

    def resume(self, budget: int | None = None) -> None:
        """Read again, up to that budget."""
        with self._changed:
            self.budget = budget
            self.reading.set()
        self._poke()

    def stop(self) -> None:
        """Close every connection and the socket, as a collector that dies."""
        if not self._stopping:
            self._stopping = True
            self._poke()
            self._thread.join()

    def _answered(self) -> int:
        return sum(connection.answered for connection in self.connections)

    def _received(self) -> int:
        return sum(len(connection.data) for connection in self.connections)

    def _poke(self) -> None:
        os.write(self._wake_write, b"x")

    def _serve(self) -> None:
        while not self._stopping:
            waiting: list[socket.socket | int] = [self._server, self._wake_read]
            by_stream = {c.stream: c for c in self.connections if not c.closed.is_set()}
            waiting += [s for s, c in by_stream.items() if self.reading.is_set() or not c.answered]
            for ready in select.select(waiting, [], [])[0]:
                if ready is self._server:
                    self.connections.append(Connection(self._server.accept()[0]))
                elif ready == self._wake_read:
                    os.read(self._wake_read, 100)
                else:
                    self._read(by_stream[ready])
            with self._changed:
                self._changed.notify_all()
        self._server.close()
        for connection in self.connections:
            if not connection.closed.is_set():
                connection.stream.close()
                connection.closed.set()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _read(self, connection: Connection) -> None:
        try:
            part = connection.stream.recv(1 << 16)
        except ConnectionError:
            part = b""
        if not part:
            connection.stream.close()
            connection.closed.set()
            return
        connection.data += part
        with self._changed:  # or a pause for the budget of before would undo resume()
            if self.budget is not None and self._received() >= self.budget:
                self.reading.clear()
        if not connection.answered and self._has_hello(connection.data):
            text = self.message.encode()
            connection.answered = True
            try:
                connection.stream.sendall(wire.ANSWER.pack(wire.ANSWER_MAGIC, self.status, len(text)) + text)
                if self.status:
                    connection.stream.shutdown(socket.SHUT_WR)
            except ConnectionError:
                pass  # it has gone without waiting for the answer: what it sent is read to its end

    @staticmethod
    def _has_hello(data: bytes) -> bool:
        if len(data) < wire.FRAME.size:
            return False
        (size,) = struct.unpack_from("<I", data, 20)
        return len(data) >= wire.FRAME.size + size
