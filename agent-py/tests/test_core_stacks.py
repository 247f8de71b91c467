"""Stacks of a thread that has more of them than its table holds."""

import wire
from collector import FakeCollector
from core_trace import OPERATIONS, CoreTrace, run_traced

DEPTH = 15
AGAIN = 100
PROGRAM = f"""
import itertools
class Leaf: pass
leaf = Leaf()
leaf.value = 0
def walk(depth, leaves):
    if not depth:
        leaf.value
        leaf.value
        return next(leaves, None) is None
    return (
        walk(depth - 1, leaves)  # 0
        or walk(depth - 1, leaves)  # 1
    )
for leaves in {1 << DEPTH} - 1, {AGAIN} - 1:
    walk({DEPTH}, iter(range(leaves)))
"""


def paths(trace: CoreTrace, records: list[wire.Record]) -> list[str]:
    """The digits behind the calls that led to each of these accesses."""
    lines = PROGRAM.splitlines()
    known = {0: ""}
    for record in trace.records:
        if record.tag == wire.STACK:
            line = trace.codes[record.words[1] >> 32].lines.get(record.words[2] & 0xFFFFFFFF)
            digit = lines[line - 1].partition("  # ")[2] if line is not None and line <= len(lines) else ""
            known[record.arg] = known[record.words[1] & 0xFFFFFFFF] + digit
    return [known[record.arg] for record in records]


def test_ever_other_paths(collector: FakeCollector, agent_path: str) -> None:
    """Each is told as it is, whether the thread has forgotten that it told it before or not."""
    trace = run_traced(collector, agent_path, PROGRAM)
    (leaf,) = (number for number in trace.objects if trace._object(number) == ("instance", "Leaf"))
    reads = [r for r in trace.records if r.tag == wire.ACCESS and r.object == leaf and OPERATIONS[r.op] == "READ"]
    leaves = [f"{path:0{DEPTH}b}" for path in [*range(1 << DEPTH), *range(AGAIN)]]
    assert paths(trace, reads) == [path for path in leaves for _ in range(2)]
    assert reads[0].arg != reads[-2 * AGAIN].arg  # forgotten in between
