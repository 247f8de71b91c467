"""Compiles the functions of flow_cases.py and writes what the tests of org.racewitness.analyzer.flow read.

    python3.13t make_flow_fixtures.py

Run it with CPython 3.13 after a change of flow_cases.py and commit its output, the two text files under
src/test/resources/org/racewitness/analyzer/flow:

- cases.txt: one line for each expectation, columns separated by tabs: function, relation (feeds, tests, raises or none), byte offset
  of the read, byte offset of the write, bytecode, exception table, line table, first line and number of
  locals.
- opcodes.txt: number, name, code units of cache, and the net stack effect for the operands 1, 2 and 3 of every instruction.
"""

import _opcode
import dis
import opcode
import sys
from pathlib import Path

import flow_cases

OUT = Path(__file__).parent.parent / "resources/org/racewitness/analyzer/flow"


def offset(code, selector):
    """The byte offset of the instruction that 'OPNAME[ argument][ #n]' selects: the n-th such one, the first if n is left out."""
    words, _, ordinal = selector.partition(" #")
    opname, _, argument = words.partition(" ")
    found = [
        i.offset
        for i in dis.get_instructions(code)
        if i.opname == opname and (not argument or i.argval == argument or str(i.argval) == argument)
    ]
    if len(found) < int(ordinal or 1):
        sys.exit(f"{code.co_qualname}: no {selector}")
    return found[int(ordinal or 1) - 1]


def cases():
    for function, relation, read, write in flow_cases.CASES:
        code = function.__code__
        yield "\t".join(
            [
                function.__name__,
                relation,
                str(offset(code, read)),
                str(offset(code, write)),
                code.co_code.hex(),
                code.co_exceptiontable.hex() or "-",
                code.co_linetable.hex(),
                str(code.co_firstlineno),
                str(len(code.co_varnames) + len(code.co_cellvars) + len(code.co_freevars)),
            ]
        )


def opcodes():
    skipped = {"CACHE", "RESERVED", "ENTER_EXECUTOR", "EXTENDED_ARG"}
    for name, number in sorted(opcode.opmap.items(), key=lambda item: item[1]):
        if number > 255 or name.startswith("INSTRUMENTED") or name in skipped:
            continue
        effects = [_opcode.stack_effect(number, arg if number in dis.hasarg else None) for arg in (1, 2, 3)]
        caches = opcode._inline_cache_entries.get(name, 0)
        yield "\t".join(map(str, [number, name, caches, *effects]))


def main():
    if sys.version_info[:2] != (3, 13):
        sys.exit(f"CPython 3.13 is needed, this is {sys.version.split()[0]}")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "cases.txt").write_text("\n".join(cases()) + "\n")
    (OUT / "opcodes.txt").write_text("\n".join(opcodes()) + "\n")


if __name__ == "__main__":
    main()
