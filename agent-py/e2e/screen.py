"""A screen as far as the tests look at it: cells, cursor, scrolling region, and what scrolled off the top."""

import re

SEQUENCE = re.compile(
    r"\x1b\[(?P<parameters>[0-9;?]*)(?P<final>[A-Za-z])|\x1b\](?:[^\x1b\x07]*)(?:\x1b\\|\x07)|\x1b(?P<single>[78DM])|\x1b"
)


class Screen:
    """The part of ECMA-48 and of the VT100 that a line at the foot of a screen needs. Rows and columns count from 0."""

    def __init__(self, rows: int, columns: int) -> None:
        """Make an empty screen."""
        self.rows, self.columns = rows, columns
        self.cells = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.saved = (0, 0)
        self.top, self.bottom = 0, rows - 1
        self.gone: list[str] = []
        self.rest = ""

    def lines(self) -> list[str]:
        """Rows without the blanks at their ends."""
        return ["".join(cells).rstrip() for cells in self.cells]

    def everything(self) -> str:
        """What scrolled off and what is on the screen."""
        return "\n".join([*self.gone, *self.lines()])

    def resize(self, rows: int, columns: int) -> None:
        """Grow or shrink at the foot, margins reset, as xterm does; what does not fit scrolls off."""
        while self.row >= rows:
            self.gone.append("".join(self.cells.pop(0)).rstrip())
            self.row -= 1
        self.cells = [(cells + [" "] * columns)[:columns] for cells in self.cells[:rows]]
        self.cells += [[" "] * columns for _ in range(rows - len(self.cells))]
        self.rows, self.columns = rows, columns
        self.top, self.bottom = 0, rows - 1
        self.column = min(self.column, columns - 1)

    def feed(self, text: str) -> None:
        """Take what a program writes."""
        text = self.rest + text
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = SEQUENCE.match(text, at)
                assert found
                if found.group() == "\x1b":
                    break  # cut off: the rest comes with the next bytes
                self.control(found)
                at = found.end()
            else:
                self.character(text[at])
                at += 1
        self.rest = text[at:]

    def character(self, c: str) -> None:
        """Put one character, or do what it stands for."""
        if c == "\r":
            self.column = 0
        elif c == "\n":
            self.down()
        elif c >= " ":
            if self.column == self.columns:
                self.column = 0
                self.down()
            self.cells[self.row][self.column] = c
            self.column += 1

    def down(self) -> None:
        """Go down, scrolling at the foot of the region."""
        if self.row == self.bottom:
            gone = self.cells.pop(self.top)
            self.cells.insert(self.bottom, [" "] * self.columns)
            if self.top == 0:
                self.gone.append("".join(gone).rstrip())
        elif self.row < self.rows - 1:
            self.row += 1

    def control(self, found: re.Match[str]) -> None:
        """Do what a control sequence says."""
        numbers = [int(n) if n.isdigit() else 0 for n in (found["parameters"] or "").split(";")]
        match found["final"] or found["single"]:
            case "7":
                self.saved = (self.row, self.column)
            case "8":
                self.row, self.column = self.saved
            case "D":
                self.down()
            case "A":
                self.row = max(0, self.row - max(1, numbers[0]))
            case "H":
                self.row, self.column = numbers[0] - 1, (numbers[1:] or [1])[0] - 1
            case "K":
                self.cells[self.row] = [" "] * self.columns
            case "r":
                self.top = max(1, numbers[0]) - 1
                self.bottom = (numbers[1:] or [self.rows])[0] - 1
                self.row = self.column = 0
            case "m" | None:
                pass
            case other:
                raise AssertionError(f"unexpected control sequence {found.group()!r} ({other})")
