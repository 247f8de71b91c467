"""The line at the foot of a terminal while a command runs: it has a row of its own and leaves nothing behind."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import textwrap
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import LAUNCHER, TIMEOUT_SECONDS, Run
from screen import Screen

PROGRAM = """
    import itertools
    import os
    import sys
    import threading
    import time


    class Counter:
        n = 0


    def turns():
        for number in itertools.count():
            if os.path.exists("enough"):
                break
            yield number
            time.sleep(0.05)


    def work():
        for _ in turns():
            Counter.n += 1


    threads = [threading.Thread(target=work, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in turns():
        print("line", number, flush=True)
        if number == 40 and "alone" in sys.argv:
            open("enough", "w").close()
    for thread in threads:
        thread.join()
    print("no end of line", end="", flush=True)
"""
"""Goes on until there is a file `enough` in its directory; where it is alone, it makes it itself after some seconds."""


class Session:
    """A command in a terminal of its own."""

    def __init__(self, directory: Path, *command: str | Path, raw: bool = False) -> None:
        """Start it on a screen of 12 rows and 90 columns, `raw`: on a terminal that is not in its line mode."""
        self.directory = directory
        self.screen = Screen(12, 90)
        self.raw = ""
        self.status: int | None = None
        self.deadline = time.monotonic() + TIMEOUT_SECONDS
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background of a script
            os.chdir(directory)
            os.environ.update(TERM="xterm", NO_COLOR="1")
            self.set_size(0, 12, 90)
            if raw:
                tty.setcbreak(0)
            os.execvp(str(command[0]), [str(part) for part in command])
        self.set_size(self.fd, 12, 90)

    @staticmethod
    def set_size(fd: int, rows: int, columns: int) -> None:
        """What the terminal says of its size; its foreground processes get SIGWINCH."""
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, rows: int, columns: int) -> None:
        """Make the terminal larger or smaller."""
        self.screen.resize(rows, columns)
        self.set_size(self.fd, rows, columns)

    def read(self) -> bool:
        """Take what comes next; False at the end."""
        assert time.monotonic() < self.deadline, self.screen.everything()
        if not select.select([self.fd], [], [], 1)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # EIO: nobody has the other side open any more
            data = b""
        text = data.decode("utf-8", "replace")
        self.raw += text
        self.screen.feed(text)
        return bool(data)

    def until(self, holds: Callable[[Screen], bool]) -> None:
        """Read until the screen is so."""
        while not holds(self.screen):
            assert self.read(), self.screen.everything()

    def enough(self) -> None:
        """Let the program come to its end."""
        (self.directory / "enough").touch()

    def to_the_end(self) -> int:
        """Read everything; the status as a shell says it."""
        while self.read():
            pass
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def end(self) -> None:
        """Leave nothing running."""
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


Start = Callable[..., Session]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the program under `racewitness run` in a terminal; words are its arguments."""
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    sessions: list[Session] = []

    def begin(*words: str, options: tuple[str, ...] = (), raw: bool = False) -> Session:
        command = (LAUNCHER, "run", "--no-html", *options, "--", sys.executable, "program.py", *words)
        sessions.append(Session(tmp_path, *command, raw=raw))
        return sessions[-1]

    yield begin
    for session in sessions:
        session.end()


LINE = re.compile(r"racewitness  \d+:\d\d")


def shows(screen: Screen) -> bool:
    """Whether the line stands at the foot, and the rows above it scroll."""
    return bool(LINE.match(screen.lines()[-1])) and screen.bottom == screen.rows - 2


def nothing_left(session: Session) -> bool:
    """Whether the whole screen scrolls again and no line of ours stands on it."""
    screen = session.screen
    whole = (screen.top, screen.bottom) == (0, screen.rows - 1)
    return whole and not LINE.search(screen.everything())


def test_it_never_mixes_with_what_the_command_prints(start: Start) -> None:
    session = start()
    session.until(shows)
    session.until(lambda screen: "1 race so far" in screen.lines()[-1])
    session.resize(18, 100)
    session.until(shows)
    session.resize(9, 70)
    session.until(shows)
    session.enough()
    assert session.to_the_end() == 66
    assert nothing_left(session), session.screen.everything()
    said = session.screen.everything().split("\n")
    lines = [line for line in said if line.startswith("line ")]
    assert lines == [f"line {n}" for n in range(len(lines))]
    # what the command left unended stays a line of its own
    at = said.index("no end of line")
    assert said[at + 1].startswith("racewitness: 1 data race found"), said[at:]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_it_is_taken_away_when_a_signal_ends_the_command(start: Start, number: signal.Signals) -> None:
    session = start()
    session.until(lambda screen: shows(screen) and "line " in screen.everything())  # a Python that starts may miss it
    # a terminal sends to the whole foreground group, a supervisor sends SIGTERM to the one that it started
    os.kill(session.pid if number == signal.SIGTERM else -session.pid, number)
    assert session.to_the_end() != 0
    assert nothing_left(session), session.screen.everything()


def test_it_is_taken_away_while_the_run_is_stopped(start: Start) -> None:
    session = start()
    session.until(shows)
    os.kill(session.pid, signal.SIGTSTP)
    assert os.WIFSTOPPED(os.waitpid(session.pid, os.WUNTRACED)[1])
    session.until(lambda screen: screen.bottom == screen.rows - 1)
    os.kill(session.pid, signal.SIGCONT)
    session.until(shows)


def test_a_command_that_has_the_terminal_to_itself_is_left_alone(start: Start) -> None:
    session = start("alone", raw=True)
    assert session.to_the_end() == 66
    assert "\x1b" not in session.raw


def test_it_can_be_turned_off(start: Start) -> None:
    session = start("alone", options=("--no-progress",))
    assert session.to_the_end() == 66
    assert "\x1b" not in session.raw


def test_without_a_terminal_there_is_none(racewitness: Run, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    done = racewitness("run", "--no-html", "--", sys.executable, "program.py", "alone")
    assert done.status == 66
    assert "\x1b" not in done.err
    assert "so far" not in done.err
