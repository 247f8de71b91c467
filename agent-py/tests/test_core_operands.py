"""Callables that C code calls, operators by name, buffers, patterns, and keys that the program hashes itself."""

from collector import FakeCollector
from core_trace import check, run_traced


def test_wrapped_callables(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
import functools, operator
class P: pass
def wrapped(a, d, p):
    functools.partial(a.append)(4)           #: APPEND list [3]
    functools.partial(d.update, k=1)()       #: WRITE dict 'k'
    operator.methodcaller("get", "k")(d)     #: READ dict 'k'
    operator.methodcaller("nothing")         #: ...
    max(["k"], key=d.get)                    #: READ_ALL list; READ dict 'k'
    ["k"].sort(key=d.get)                    #: TORN_ALL list; READ dict 'k'
    list(map(d.get, ("k",)))                 #: READ dict 'k'
    list(map(a.__getitem__, range(2)))       #: READ list [0]; READ list [1]
    for x in map(d.get, ("k",)): break       #: READ dict 'k'
    iter(d).__next__()                       #: ITERATE_STEP dict 'k'
def by_name(a, d, s):
    a.__iadd__([1])                          #: READ_ALL list; EXTEND list [4:5]
    operator.iadd(a, [1])                    #: READ_ALL list; EXTEND list [5:6]
    operator.imul(a, 1)                      #: TORN_ALL list
    operator.ior(s, {3})                     #: READ_ALL set; WRITE_ALL set
    s.__and__({3})                           #: READ_ALL set; READ_ALL set
    operator.or_(d, {})                      #: READ_ALL dict; READ_ALL dict
    list.__setitem__(a, slice(0, 1), [1])    #: READ_ALL list; TORN_ALL list
    d.__contains__("k")                      #: READ dict 'k'
p = P()
p.x = 1
wrapped([1, 2, 3], {"k": 1}, p)
by_name([1, 2, 3, 4], {"k": 1}, {1})
""",
        left_out="READ module",
    )


def test_comparisons_stop_where_they_are_decided(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
def compare(a, b, d, rows):
    a == b                  #: READ list [0:2]; SHAPE_READ list; READ list [0:2]; SHAPE_READ list
    a == [1]                #: SHAPE_READ list; SHAPE_READ list
    a < [9]                 #: READ list [0:1]; SHAPE_READ list; READ_ALL list
    5 in a                  #: READ list [0:2]; SHAPE_READ list
    77 in a                 #: READ_ALL list
    d == {"k": 2}           #: READ_ALL dict; READ_ALL dict
    rows == [a, b]          #: READ_ALL list; READ_ALL list
    rows == [[1], b]        #: READ_ALL list; READ_ALL list; SHAPE_READ list; SHAPE_READ list
a, b = [1, 5, 3], [1, 6, 3]
compare(a, b, {"k": 1}, [a, b])
""",
    )


def test_buffers(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
import array, struct, zlib
def buffers(b, n, view, halves):
    view[1]                              #: READ bytearray [1:2]
    view[-1] = 5                         #: WRITE bytearray [7:8]
    view[2:4] = b"xy"                    #: WRITE bytearray [2:4]
    halves[1][0] = 7                     #: READ list [1]; WRITE bytearray [4:5]
    halves[0].tobytes()                  #: READ list [0]; READ bytearray [0:4]
    view[::4].tolist()                   #: READ bytearray [0:1]; READ bytearray [4:5]
    memoryview(n)[1]                     #: READ array.array [1:2]
    memoryview(n).cast("B")[9]           #: READ array.array [1:2]
    struct.pack_into("<H", b, 2, 7)      #: WRITE bytearray [2:4]
    struct.unpack_from("<H", b, 4)       #: READ bytearray [4:6]
    zlib.crc32(b)                        #: READ_ALL bytearray
    b.upper()                            #: READ_ALL bytearray
    for x in view[6:]: pass              #: READ bytearray [6:7]; READ bytearray [7:8]
b = bytearray(8)
view = memoryview(b)
buffers(b, array.array("q", [1, 2]), view, [view[:4], view[4:]])
""",
        left_out="READ module",
    )


def test_patterns(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
class P:
    __match_args__ = ("x",)
    x = y = 1
def match(a, d, p):
    match a:
        case [7]: pass                   #: SHAPE_READ list
    match d:
        case {"k": 7, "none": 1}: pass   #: READ dict 'k'; READ dict 'none'; READ dict 'k'; READ dict 'none'
    match p:
        case P(1, y=2): pass             #: READ class P x; READ P x; READ class P y; READ P y
match([1, 2], {"k": 7, "z": 1}, P())
""",
        left_out="READ module",
    )


def test_library_code_is_observed_on_behalf_of_its_caller(collector: FakeCollector, agent_path: str) -> None:
    run = run_traced(
        collector,
        agent_path,
        """
import collections, copy
inner = {"k": 1}
chained = collections.ChainMap({}, inner)
def look():
    return chained["k"]
def both():
    copy.deepcopy([inner])
look()
both()
""",
    )
    line = {access.frame.line for access in run.accesses if str(access).startswith("READ dict 'k' in ChainMap")}
    assert line == {6}, [str(access) for access in run.accesses]
    assert any(str(access).startswith("ITERATE_STEP dict 'k' in _deepcopy_dict") for access in run.accesses)


def test_keys_that_the_program_hashes(collector: FakeCollector, agent_path: str) -> None:
    """Equal keys are one location, unequal ones of one hash are not; new keys are inserted."""
    run = run_traced(
        collector,
        agent_path,
        """
class Key:
    def __init__(self, value): self.value = value
    def __hash__(self): return 7
    def __eq__(self, other): return self.value == other.value
d = {}
d[Key(1)] = "new"
d[Key(2)] = "new"
d[Key(1)] = "again"
d[(1, Key(5))] = "new"
d[(1, Key(5))] = "again"
d.get(Key(9))
d.pop(Key(2))
""",
    )
    seen = [(a.operation, a.record.key) for a in run.accesses if a.kind == "dict"]
    operations = [operation for operation, _ in seen]
    inserted, overwritten = ["INSERT", "UPDATE_INSERT"], ["WRITE", "UPDATE_KEEP"]
    expected = [*inserted * 2, *overwritten, *inserted, "WRITE", "READ", "UPDATE_REMOVE", "UPDATE_KEEP"]
    assert operations == expected
    first, of_hash, second, _, again, compared, *_ = (key for _, key in seen)
    assert first == again != second
    assert compared == of_hash
    (missing, removed, compared) = (key for _, key in seen[-3:])
    assert missing not in (first, second)
    assert removed == second
    assert compared == of_hash


def test_equal_keys_of_different_content(collector: FakeCollector, agent_path: str) -> None:
    """What only the program's __eq__ finds equal is the location of the key that is stored."""
    run = run_traced(
        collector,
        agent_path,
        """
class Name:
    def __init__(self, text): self.text = text
    def __hash__(self): return hash(self.folded())
    def __eq__(self, other): return self.folded() == other.folded()
    def folded(self): return self.text.lower()
class Other:
    def __init__(self, *parts): self.parts = list(parts)
    def __hash__(self): return len(self.parts)
    def __eq__(self, other): return self.parts == other.parts
names = {}
names[Name("Host")] = 1
names[Name("HOST")] = 2
names[Name("host")]
others = {}
others[Other(1)] = 1
others[Other(1)] = 2
""",
    )
    seen = [(a.operation, a.record.key) for a in run.accesses if a.kind == "dict"]
    assert [operation for operation, _ in seen[:4]] == ["INSERT", "UPDATE_INSERT", "WRITE", "READ"]
    assert seen[0][1] == seen[2][1] == seen[3][1]
    operations = [operation for operation, _ in seen[4:]]
    assert operations == ["INSERT", "INSERT", "UPDATE_INSERT", "WRITE"]
    assert seen[5][1] == seen[7][1]
