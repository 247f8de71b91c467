"""Writes the fixture of LineTableTest: code objects of the standard library, their location tables and co_positions().

Run with CPython 3.13: python3.13t line_tables.py > ../resources/line-tables.txt
One line each: name, first line, table in hex, then line,end line,column,end column for every code unit (0 and -1 for unknown).
"""

import bisect
import heapq
import sys
import types
from collections.abc import Iterator

WIDE = "def wide(a):\n" + "\n" * 300 + " " * 200 + "    return (a.b.c\n" + "\n" * 70 + "        .d)\n"


def codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes(constant)


def position(p: tuple[int | None, int | None, int | None, int | None]) -> str:
    line, end, column, end_column = p
    if not line:
        return "0,0,-1,-1"
    return f"{line},{end},{-1 if column is None else column},{-1 if end_column is None else end_column}"


def main() -> None:
    modules = [compile(open(m.__file__).read(), m.__name__, "exec") for m in (bisect, heapq)]
    modules.append(compile(WIDE, "wide", "exec"))
    for module in modules:
        for code in codes(module):
            positions = " ".join(position(p) for p in code.co_positions())
            name = code.co_qualname.replace(" ", "_")
            sys.stdout.write(f"{name} {code.co_firstlineno} {code.co_linetable.hex()} {positions}\n")


main()
