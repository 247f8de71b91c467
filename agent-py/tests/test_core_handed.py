"""Containers that are handed to functions and iterators of the standard library, and what stays untouched there."""

from collector import FakeCollector
from core_trace import check, run_traced


def test_texts_and_tables(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
import bz2, csv, io, json, logging, pickle, re, shlex, sqlite3, statistics
out = io.StringIO()
data = sqlite3.connect(":memory:")
log = logging.getLogger("handed")
log.addHandler(logging.StreamHandler(out))
buffer, digits = bytearray(pickle.dumps(1)), bytearray(b"12")
warn, inform = log.warning, log.info
def texts(d, a, names):
    "ab".translate(d)               #: READ dict 97; READ dict 98
    str.maketrans(d)                #: READ_ALL dict
    out.writelines(names)           #: READ_ALL list
    out.writelines(map(str, a))     #: READ_ALL list
    shlex.join(names)               #: READ_ALL list
    warn("%s", a)            #: READ_ALL list
    warn("%(n)s", {"n": 1})  #: READ dict 'n'
    inform("%s", a)
    re.search(b"1", buffer)         #: READ_ALL bytearray
    re.sub(b"1", b"2", buffer)      #: READ_ALL bytearray
    pickle.loads(buffer)            #: READ_ALL bytearray
    bz2.compress(buffer)            #: READ_ALL bytearray
    json.loads(digits)              #: READ_ALL bytearray
def tables(a, rows, d):
    csv.writer(out).writerow(a)     #: READ_ALL list
    csv.writer(out).writerows(rows) #: READ_ALL list; READ_ALL list
    statistics.harmonic_mean(a)     #: READ_ALL list
    data.execute("select ?, ?", a)  #: READ_ALL list
    data.executemany("insert into t values (?, ?)", rows) #: READ_ALL list; READ_ALL list
    list(csv.reader(["1,2"]))       #: READ_ALL list
    {}.update(zip(a, a))            #: ...
data.execute("create table t (x, y)")
texts({97: "x"}, [1, 2], ["p", "q"])
tables([1, 2], [[1, 2]], {"x": 1})
""",
        left_out="READ module",
    )


def test_environment_variables(collector: FakeCollector, agent_path: str) -> None:
    run = run_traced(
        collector,
        agent_path,
        """
import os
def variables():
    os.environ["HANDED"] = "1"
    os.getenv("HANDED")
    del os.environ["HANDED"]
variables()
""",
    )
    found = [(a.frame.line, a.operation) for a in run.accesses if "HANDED" in str(a)]
    assert found == [(4, "INSERT"), (5, "READ"), (6, "REMOVE")], [str(access) for access in run.accesses]


def test_iterators_over_iterators(collector: FakeCollector, agent_path: str) -> None:
    """What is drawn from is read as far as it is drawn; what is only handed on, or was drawn before, is not."""
    check(
        collector,
        agent_path,
        """
import itertools
from itertools import batched, chain, combinations, cycle, islice, product, repeat, zip_longest
def parts(a, d):
    list(islice(cycle(a), 2))       #: READ list [0:2]; ITERATE list
    list(islice(cycle(a), 9))       #: READ_ALL list
    list(islice(zip(a, a), 1))      #: READ list [0:1]; ITERATE list; READ list [0:1]; ITERATE list
    list(islice(d.items(), 1))      #: READ dict 'k'; ITERATE dict
    list(islice(filter(None, a), 1)) #: ITERATE list
    next(chain(a, d))               #: ITERATE_STEP list [0]
    next(chain([], d))              #: ITERATE list; ITERATE_STEP dict 'k'
    next(batched(a, 2))             #: READ list [0:2]; ITERATE list
    next(zip_longest(a, d))         #: ITERATE_STEP list [0]; ITERATE_STEP dict 'k'
def elements(rows, row):
    list(product(rows, rows))       #: READ_ALL list; READ_ALL list
    list(combinations(rows, 2))     #: READ_ALL list
    list(map(id, repeat(row, 2)))
    list(zip((row, row), "ab"))
def drawn_before(rows):
    pairs = zip(rows, rows)
    next(pairs)                     #: ITERATE_STEP list [0]; ITERATE_STEP list [0]
    list(pairs)                     #: READ_ALL list; READ_ALL list
parts([1, 2, 3], {"k": 1, "m": 2})
elements([[1], [2]], [3])
drawn_before([[1], [2]])
""",
        left_out="READ module",
    )
