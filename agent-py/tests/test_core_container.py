"""Containers: every operation of the wire format's table, as it is written in programs."""

from collector import PATIENCE, FakeCollector
from core_trace import check, run_traced


def test_list(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
def items(a):
    a[0]                            #: READ list [0]
    a[-1]                           #: READ list [4]
    a[-5]                           #: READ list [0]
    a[True]                         #: READ list [1]
    a[1] = 9                        #: WRITE list [1]
    a[-1] = 9                       #: WRITE list [4]
    a[0] += 1                       #: READ list [0]; WRITE list [0]
    a[1:3]                          #: READ list [1:3]
    a[:]                            #: SHAPE_READ list; READ list [0:5]
    a[-2:]                          #: SHAPE_READ list; READ list [3:5]
    a[::2]                          #: SHAPE_READ list; READ list [0]; READ list [2]; READ list [4]
    a[::-2]                         #: SHAPE_READ list; READ list [4]; READ list [2]; READ list [0]
    a[4:1]
    a[slice(1, 3)]                  #: READ list [1:3]
    a[1:3] = [7, 8]                 #: READ_ALL list; TORN_ALL list
    a[::2] = (1, 2, 3)              #: TORN_ALL list
    del a[0]                        #: TORN_ALL list
    del a[1:2]                      #: TORN_ALL list
def failing(a):
    try:
        a[9]                        #: READ list [9]
    except IndexError:
        pass
    try:
        a[-9]                       #: SHAPE_READ list
    except IndexError:
        pass
    try:
        a[9] = 1                    #: SHAPE_READ list
    except IndexError:
        pass
    try:
        a[-9] = 1                   #: SHAPE_READ list
    except IndexError:
        pass
def ends(a):
    a.append(1)                     #: APPEND list [3]
    a.pop()                         #: POP_END list [3]
    a.pop(-1)                       #: POP_END list [2]
    a.pop(1)                        #: POP_END list [1]
    a.pop(0)                        #: POP_END list [0]
    try:
        a.pop()                     #: POP_EMPTY list
    except IndexError:
        pass
    a.extend([1, 2])                #: READ_ALL list; EXTEND list [0:2]
    a.extend((3,))                  #: EXTEND list [2:3]
    a.extend(range(2))              #: TORN_ALL list
    a.extend(x for x in (1,))       #: TORN_ALL list
    a += [5]                        #: READ_ALL list; EXTEND list [6:7]
    a += (x for x in (1,))          #: TORN_ALL list
    a *= 2                          #: TORN_ALL list
    a.pop(0)                        #: TORN_ALL list
    a.insert(0, [1])                #: TORN_ALL list
    a.remove([1])                   #: READ_ALL list; READ_ALL list; TORN_ALL list
    a.sort()                        #: TORN_ALL list
    a.sort(key=abs, reverse=True)   #: TORN_ALL list
    a.reverse()                     #: TORN_ALL list
    a.clear()                       #: WRITE_ALL list
    list.append(a, 1)               #: APPEND list [0]
    push = a.append
    push(2)                         #: APPEND list [1]
def wholes(a, b):
    len(a)                          #: SHAPE_READ list
    bool(a)                         #: SHAPE_READ list
    not a                           #: SHAPE_READ list
    if a: pass                      #: SHAPE_READ list
    while not a: pass               #: SHAPE_READ list
    a and b                         #: SHAPE_READ list
    3 in a                          #: READ_ALL list
    3 not in a                      #: READ_ALL list
    a == b                          #: READ_ALL list; READ_ALL list
    a == 1
    a == None
    a == (1, 2)
    a == {}
    iter(a) == iter(b)
    a < b                           #: READ_ALL list; READ_ALL list
    a is b
    a + b                           #: READ_ALL list; READ_ALL list
    a * 2                           #: READ_ALL list
    2 * a                           #: READ_ALL list
    a.copy()                        #: READ_ALL list
    a.index(1)                      #: READ list [0:1]; SHAPE_READ list
    a.count(1)                      #: READ_ALL list
    list(a)                         #: READ_ALL list
    [*a]                            #: READ_ALL list
    (*a, 1)                         #: READ_ALL list
    x, y, z = a                     #: READ_ALL list
    x, *z = a                       #: READ_ALL list
    print(*a, end="")               #: READ_ALL list
    f"{a}"                          #: READ_ALL list
    f"{a!r}"                        #: READ_ALL list
    str(a)                          #: READ_ALL list
    "%s" % a                        #: READ_ALL list
    "%s %s" % (a, b)                #: READ_ALL list; READ_ALL list
    "{}".format(a)                  #: READ_ALL list
    repr(iter(a))
items([1, 2, 3, 4, 5])
failing([1])
ends([1, 2, 3])
wholes([1, 2, 3], [1, 2, 3])
""",
    )


def test_dict(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
def items(d):
    d["a"]                          #: READ dict 'a'
    d["a"] = 2                      #: WRITE dict 'a'
    d["new"] = 3                    #: INSERT dict 'new'
    d["a"] += 1                     #: READ dict 'a'; WRITE dict 'a'
    del d["new"]                    #: REMOVE dict 'new'
    try:
        d["none"]                   #: READ dict 'none'
    except KeyError:
        pass
    try:
        del d["none"]               #: READ dict 'none'
    except KeyError:
        pass
    d.get("a")                      #: READ dict 'a'
    d.get("none", 1)                #: READ dict 'none'
    "a" in d                        #: READ dict 'a'
    "none" not in d                 #: READ dict 'none'
    "a" in d.keys()                 #: READ dict 'a'
    d.setdefault("a", 1)            #: UPDATE_KEEP dict 'a'
    d.setdefault("s", 1)            #: UPDATE_INSERT dict 's'
    d.pop("s")                      #: UPDATE_REMOVE dict 's'
    d.pop("s", None)                #: UPDATE_KEEP dict 's'
    try:
        d.pop("s")                  #: UPDATE_KEEP dict 's'
    except KeyError:
        pass
    d["a"] = d.get("a", 0) + 1      #: READ dict 'a'; WRITE dict 'a'
def keys(d):
    d[1] = 0                        #: INSERT dict 1
    d[1.0]                          #: READ dict 1
    d[True]                         #: READ dict 1
    d[-1] = 0                       #: INSERT dict -1
    d[1, "a"] = 0                   #: INSERT dict (1, 'a')
    d[1.0, "a"]                     #: READ dict (1, 'a')
    d[None] = 0                     #: INSERT dict None
    d[b"x"] = 0                     #: INSERT dict b'x'
    d[1.5] = 0                      #: INSERT dict 1.5
    d[2 ** 70] = 0                  #: INSERT dict 1180591620717411303424
    d[2.0 ** 70]                    #: READ dict 1180591620717411303424
    d[complex(2.0 ** 70, 0)]        #: READ dict 1180591620717411303424
    d[complex(1)]                   #: READ dict 1
    d[0.5] = 0                      #: INSERT dict 0.5
    d[2 ** 60] = 0                  #: INSERT dict 1152921504606846976
    d[""] = 0                       #: INSERT dict ''
    d[()] = 0                       #: INSERT dict ()
    d[frozenset((1, 2))] = 0        #: INSERT dict frozenset({1, 2})
    d[frozenset((2, 1.0))]          #: READ dict frozenset({1, 2})
    d[(1, (2, ("x",)))] = 0         #: INSERT dict (1, (2, ('x',)))
def wholes(d, other):
    len(d)                          #: SHAPE_READ dict
    bool(d)                         #: SHAPE_READ dict
    not d                           #: SHAPE_READ dict
    len(d.items())                  #: SHAPE_READ dict
    d == other                      #: READ_ALL dict; READ_ALL dict
    d.copy()                        #: READ_ALL dict
    dict(d)                         #: READ_ALL dict
    list(d)                         #: READ_ALL dict
    list(d.items())                 #: READ_ALL dict
    sum(d.values())                 #: READ_ALL dict
    sorted(d)                       #: READ_ALL dict
    3 in d.values()                 #: READ_ALL dict
    ("a", 1) in d.items()           #: READ dict 'a'
    {**d}                           #: READ_ALL dict
    d | other                       #: READ_ALL dict; READ_ALL dict
    d |= other                      #: READ_ALL dict; INSERT dict 'b'
    d.update(other)                 #: READ_ALL dict; WRITE dict 'b'
    d.update([("z", 1)])            #: READ_ALL list; WRITE_ALL dict
    d.update(k=1)                   #: INSERT dict 'k'
    d.update(other, k=1)            #: READ_ALL dict; WRITE dict 'b'; WRITE dict 'k'
    dict(d, extra=1)                #: READ_ALL dict
    takes(**d)                      #: READ module app takes; READ_ALL dict
    d.popitem()                     #: WRITE_ALL dict
    d.clear()                       #: WRITE_ALL dict
    try:
        d.popitem()                 #: POP_EMPTY dict
    except KeyError:
        pass
def takes(**options): pass
items({"a": 1})
keys({})
wholes({"a": 1}, {"b": 2})
""",
    )


def test_set(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
def elements(s):
    s.add("a")                      #: UPDATE_INSERT set 'a'
    s.add("a")                      #: UPDATE_KEEP set 'a'
    "a" in s                        #: READ set 'a'
    "b" not in s                    #: READ set 'b'
    s.discard("a")                  #: UPDATE_REMOVE set 'a'
    s.discard("a")                  #: UPDATE_KEEP set 'a'
    s.add(1)                        #: UPDATE_INSERT set 1
    1.0 in s                        #: READ set 1
    s.remove(True)                  #: UPDATE_REMOVE set 1
    try:
        s.remove(1)                 #: UPDATE_KEEP set 1
    except KeyError:
        pass
    try:
        s.pop()                     #: POP_EMPTY set
    except KeyError:
        pass
    s.add((1, 2))                   #: UPDATE_INSERT set (1, 2)
    s.pop()                         #: WRITE_ALL set
def wholes(s, t):
    len(s)                          #: SHAPE_READ set
    not s                           #: SHAPE_READ set
    s == t                          #: READ_ALL set; READ_ALL set
    s == frozenset((1,))            #: READ_ALL set
    s <= t                          #: READ_ALL set; READ_ALL set
    s.issubset(t)                   #: READ_ALL set; READ_ALL set
    s | t                           #: READ_ALL set; READ_ALL set
    s & t                           #: READ_ALL set; READ_ALL set
    s.union(t)                      #: READ_ALL set; READ_ALL set
    s.copy()                        #: READ_ALL set
    set(s)                          #: READ_ALL set
    frozenset(s)                    #: READ_ALL set
    s.update(t)                     #: READ_ALL set; WRITE_ALL set
    s |= t                          #: READ_ALL set; WRITE_ALL set
    s &= t                          #: READ_ALL set; WRITE_ALL set
    s -= t                          #: READ_ALL set; WRITE_ALL set
    s ^= t                          #: READ_ALL set; WRITE_ALL set
    s.difference_update(t)          #: READ_ALL set; WRITE_ALL set
    s.clear()                       #: WRITE_ALL set
elements(set())
wholes({1}, {2})
""",
    )


def test_deque_bytearray_array(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
import array, collections
def deques(q):
    q.append(1)                     #: APPEND collections.deque [0]
    q.append(2)                     #: APPEND collections.deque [1]
    q.appendleft(0)                 #: APPEND collections.deque [0]
    q.pop()                         #: POP_END collections.deque [2]
    q.popleft()                     #: POP_END collections.deque [0]
    q[0]                            #: READ collections.deque [0]
    q[-1] = 3                       #: WRITE collections.deque [0]
    len(q)                          #: SHAPE_READ collections.deque
    3 in q                          #: READ_ALL collections.deque
    q.extend([1, 2])                #: READ_ALL list; TORN_ALL collections.deque
    q.extendleft([1])               #: READ_ALL list; TORN_ALL collections.deque
    q += [1]                        #: READ_ALL list; TORN_ALL collections.deque
    q.rotate(1)                     #: TORN_ALL collections.deque
    q.reverse()                     #: TORN_ALL collections.deque
    q.insert(0, 1)                  #: TORN_ALL collections.deque
    q.remove(1)                     #: TORN_ALL collections.deque
    del q[0]                        #: TORN_ALL collections.deque
    q.count(1)                      #: READ_ALL collections.deque
    q.copy()                        #: READ_ALL collections.deque
    list(q)                         #: READ_ALL collections.deque
    q.clear()                       #: WRITE_ALL collections.deque
    try:
        q.popleft()                 #: POP_EMPTY collections.deque
    except IndexError:
        pass
    try:
        q.pop()                     #: POP_EMPTY collections.deque
    except IndexError:
        pass
def byte_arrays(b):
    b[0]                            #: READ bytearray [0]
    b[-1] = 1                       #: WRITE bytearray [2]
    b[0:2]                          #: READ bytearray [0:2]
    b.append(4)                     #: TORN_ALL bytearray
    b.extend(b"x")                  #: TORN_ALL bytearray
    b += b"y"                       #: TORN_ALL bytearray
    b.pop()                         #: TORN_ALL bytearray
    del b[0]                        #: TORN_ALL bytearray
    b[0:1] = b"zz"                  #: TORN_ALL bytearray
    len(b)                          #: SHAPE_READ bytearray
    bytes(b)                        #: READ_ALL bytearray
    b == b"x"                       #: READ_ALL bytearray
    b.decode("latin-1")             #: READ_ALL bytearray
    b.clear()                       #: TORN_ALL bytearray
def arrays(a):
    a[0]                            #: READ array.array [0]
    a[-1] = 1                       #: WRITE array.array [2]
    a.append(4)                     #: TORN_ALL array.array
    a.extend([1])                   #: READ_ALL list; TORN_ALL array.array
    a.pop()                         #: TORN_ALL array.array
    a.tolist()                      #: READ_ALL array.array
    len(a)                          #: SHAPE_READ array.array
    1 in a                          #: READ_ALL array.array
    del a[0]                        #: TORN_ALL array.array
    a.frombytes(b"")                #: TORN_ALL array.array
def full(q):
    q.append(1)                     #: APPEND collections.deque [0]
    q.append(2)                     #: WRITE_ALL collections.deque
    q.appendleft(3)                 #: WRITE_ALL collections.deque
    q.pop()                         #: POP_END collections.deque [0]
    q.appendleft(3)                 #: APPEND collections.deque [0]
deques(collections.deque())
full(collections.deque(maxlen=1))
byte_arrays(bytearray(b"abc"))
arrays(array.array("b", [1, 2, 3]))
""",
    )


def test_subclasses(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
from collections import Counter, OrderedDict, defaultdict
class Rows(list):
    pass
class Loud(list):
    def append(self, value):
        super().append(value)       #: READ cell __class__; APPEND Loud [1]
    def __getitem__(self, index):
        return super().__getitem__(index)   #: READ cell __class__; READ Loud [0]
    def __len__(self):
        return 7
class Upper(dict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)     #: READ cell __class__; INSERT Upper 'A'
    def __missing__(self, key):
        return key
def rows(r):
    r.append(1)                     #: APPEND Rows [0]
    r[0]                            #: READ Rows [0]
    len(r)                          #: SHAPE_READ Rows
    r.note = 1                      #: WRITE Rows note
    for x in r: pass                #: ITERATE_STEP Rows [0]; ITERATE Rows
def loud(l):
    l.append(2)                     #: READ class Loud append
    l[0]
    len(l)
    if l: pass
    l[0] = 3                        #: WRITE Loud [0]
    list(l)                         #: READ_ALL Loud
def upper(u):
    u["a"] = 1
    u["A"]                          #: READ Upper 'A'
    u["none"]                       #: READ Upper 'none'
def default(d):
    d["a"]                          #: READ collections.defaultdict 'a'; INSERT collections.defaultdict 'a'
    d["a"].append(1)                #: READ collections.defaultdict 'a'; APPEND list [0]
    d.get("b")                      #: READ collections.defaultdict 'b'
    d["c"] = 1                      #: INSERT collections.defaultdict 'c'
def ordered(o):
    o["a"] = 1                      #: INSERT collections.OrderedDict 'a'
    o.setdefault("b", 1)            #: UPDATE_INSERT collections.OrderedDict 'b'
    o.move_to_end("a")              #: TORN_ALL collections.OrderedDict
    o.popitem()                     #: WRITE_ALL collections.OrderedDict
    o.pop("b")                      #: UPDATE_REMOVE collections.OrderedDict 'b'
    del o["x"]                      #: REMOVE collections.OrderedDict 'x'
def counter(c):
    c["a"] += 1                     #: READ collections.Counter 'a'; INSERT collections.Counter 'a'
    c["a"] += 1                     #: READ collections.Counter 'a'; WRITE collections.Counter 'a'
    c["none"]                       #: READ collections.Counter 'none'
rows(Rows())
loud(Loud([1]))
upper(Upper())
default(defaultdict(list))
ordered(OrderedDict(x=1))
counter(Counter())
""",
    )


def test_user_keys_are_never_called(collector: FakeCollector, agent_path: str) -> None:
    """A program's __hash__ and __eq__ are called as often as without the agent, and what they raise stays."""
    program = """
import collections
class Key:
    hashes = equals = 0
    def __init__(self, value): self.value = value
    def __hash__(self): Key.hashes += 1; return 7
    def __eq__(self, other): Key.equals += 1; return isinstance(other, Key) and self.value == other.value
class Plain: pass
class Rude:
    def __hash__(self): raise ValueError("no hash")
class Text(str):
    def __hash__(self): Key.hashes += 1; return str.__hash__(self)
    def __eq__(self, other): Key.equals += 1; return str.__eq__(self, other)
class Number(int):
    def __index__(self): Key.hashes += 1; return 0
def counts():
    result = Key.hashes, Key.equals
    return result
d, s, c = {}, set(), collections.defaultdict(int)
keys = [Key(n) for n in range(4)]
for k in keys:
    d[k] = 1; d[k] += 1; k in d; d.get(Key(1)); s.add(k); k in s; c[k] += 1; s.discard(Key(9)); d.setdefault(Key(2), 0)
    d.pop(Key(17), None); s.remove(k); d[(k, 1)] = 2; (k, 1) in d
for k in d: pass
for container in (d, s):
    try:
        Rude() in container
    except ValueError as error:
        print(error, error.__context__)
t = Text("name")
d[t] = 1; d["name"]; d[7] = 1; 7 in d; [1, 2][Number(1)]
d == dict(d); d.update({Key(3): 1}); d |= {Key(3): 1}; del d[keys[0]]
p = Plain(); by_identity = {}; by_identity[p] = 1; by_identity[p] = 2; by_identity[Plain] = 3; del by_identity[p]
print(counts(), len(d))
"""
    run = run_traced(collector, agent_path, program)
    assert run.output == plain(collector, program)
    assert run.output.count("no hash None") == 2
    found = [str(a) for a in run.accesses if a.kind == "dict"]
    assert "WRITE dict (Key)" in found
    assert found[-5:-1] == ["INSERT dict <Plain>", "WRITE dict <Plain>", "INSERT dict <Plain>", "REMOVE dict <Plain>"]


def plain(collector: FakeCollector, program: str) -> str:
    """What the program writes without the agent."""
    import subprocess
    import sys

    path = collector.run_dir.parent / "plain.py"
    path.write_text(program, encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], check=True, capture_output=True, text=True, timeout=PATIENCE)
    return done.stdout
