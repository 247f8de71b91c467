"""Calls of what is written in C, however they come about; the operations themselves are in test_core_container.py."""

from collector import FakeCollector
from core_trace import check, run_traced
from test_core_invisible import same


def test_called_as_values(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        left_out="READ module",
        program="""
class Rows(list):
    def put(self, x):
        super().append(x)           #: READ cell __class__; APPEND Rows [2]
    def item(self, i):
        return super().__getitem__(i) #: READ cell __class__; READ Rows [0]
class Table(dict):
    def __setitem__(self, k, v):
        super().__setitem__(k, v)   #: READ cell __class__; INSERT Table 'n'
def bound(a, d):
    append, get, put = a.append, d.get, d.__setitem__
    append(1)                       #: APPEND list [3]
    a.append.__call__(2)            #: APPEND list [4]
    get("a")                        #: READ dict 'a'
    get("none", None)               #: READ dict 'none'
    put("a", 3)                     #: WRITE dict 'a'
    count = len
    count(a)                        #: SHAPE_READ list
    make = list
    make(a)                         #: READ_ALL list
    copy = dict.copy
    copy(d)                         #: READ_ALL dict
    fill = dict.fromkeys
    fill(a)                         #: READ_ALL list
def unbound(a, d):
    list.append(a, 1)               #: APPEND list [5]
    list.append.__get__(a)(2)       #: APPEND list [6]
    dict.__setitem__(d, "b", 1)     #: INSERT dict 'b'
    dict.__setitem__.__get__(d)("b", 2) #: WRITE dict 'b'
    dict.get(d, "b")                #: READ dict 'b'
    d.__contains__("b")             #: READ dict 'b'
    type(d).pop(d, "b")             #: UPDATE_REMOVE dict 'b'
def spread(a, d, *more, **named):
    len(*[a])                       #: READ_ALL list; SHAPE_READ list
    len(*(a,))                      #: SHAPE_READ list
    d.get(*more)                    #: READ dict 'a'
    d.get(*more, **named)           #: READ_ALL dict; READ dict 'a'
    max(*a)                         #: READ_ALL list
    d.update(x=1, **{"y": 2})       #: READ_ALL dict; INSERT dict 'x'; INSERT dict 'y'
a, d = [1, 2, 3], {"a": 1}
bound(a, d)
unbound(a, d)
spread(a, d, "a")
r = Rows([1, 2])
r.put(3)
r.item(0)
t = Table()
t["n"] = 1
""",
    )


def test_called_by_c_code(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        left_out="READ module",
        program="""
import functools
import operator
import threading
def mapped(rows, d):
    list(map(len, rows))            #: READ_ALL list; SHAPE_READ list; SHAPE_READ dict
    list(map(d.get, "ab"))          #: READ dict 'a'; READ dict 'b'
    list(map(d.__getitem__, "a"))   #: READ dict 'a'
    for _ in map(d.get, "ab"):      #: READ dict 'a'; READ dict 'b'
        pass
    [x for x in filter(d.get, "a")] #: READ dict 'a'
    any(map(d.__contains__, "ab"))  #: READ dict 'a'
    functools.reduce(operator.getitem, ["a"], d) #: READ_ALL list; READ dict 'a'
def by_key(a, d):
    sorted(a, key=d.get)            #: READ_ALL list; READ dict 'a'; READ dict 'b'
    a.sort(key=d.get)               #: TORN_ALL list; READ dict 'a'; READ dict 'b'
    max(a, key=d.__getitem__)       #: READ_ALL list; READ dict 'b'; READ dict 'a'
def sorted_inside(rows):
    return sorted(rows, key=list.sort)      #: READ_ALL list; TORN_ALL list
def own_sort(rows):
    return sorted(map(sort_of_one, rows))   #: READ_ALL list
def sort_of_one(row):
    row.sort()                      #: TORN_ALL list
def partial(d, a):
    functools.partial(d.get, "a")() #: READ dict 'a'
    functools.partial(list.append, a)(1) #: APPEND list [2]
    operator.methodcaller("append", 2)(a) #: APPEND list [3]
def until(a):
    for _ in iter(a.pop, "a"):      #: POP_END list [3]; POP_END list [2]; POP_END list [1]; POP_END list [0]
        pass
def on_thread(a):
    t = threading.Thread(target=a.append, args=(1,))
    t.start()                       #: ...
    t.join()                        #: ...
mapped([[1], {}], {"a": 1})
by_key(["a", "b"], {"a": 2, "b": 1})
sorted_inside([[2, 1]])
own_sort([[2, 1]])
partial({"a": 1}, ["a", "b"])
until(["a", "b", 1, 2])
on_thread([])
""",
    )


def test_nothing_twice(collector: FakeCollector, agent_path: str) -> None:
    """What a rule tells is not told again by the methods that the callable calls inside."""
    check(
        collector,
        agent_path,
        left_out="READ module",
        program="""
import bisect
from collections import defaultdict
class Rows(list):
    pass
class Table(defaultdict):
    def __missing__(self, key):
        return super().__missing__(key) #: READ cell __class__; UPDATE_INSERT Table 'c'
def whole(a, d, r, t):
    sorted(a)                       #: READ_ALL list
    reversed(a)                     #: ITERATE list
    d["new"]                        #: READ collections.defaultdict 'new'; INSERT collections.defaultdict 'new'
    t["c"]                          #: ...
    r[0]                            #: READ Rows [0]
    r[0] = 1                        #: WRITE Rows [0]
    len(r)                          #: SHAPE_READ Rows
    list(d)                         #: READ_ALL collections.defaultdict
    d.copy()                        #: READ_ALL collections.defaultdict
    {**d}                           #: READ_ALL collections.defaultdict
whole([2, 1], defaultdict(list), Rows([1, 2]), Table(list))
""",
    )


def test_module_imported_late(collector: FakeCollector, agent_path: str) -> None:
    """Hooked when its C code has been executed, whoever imports it and whenever."""
    check(
        collector,
        agent_path,
        left_out="READ module",
        program="""
import importlib
import sys
assert not {"_heapq", "array", "_bisect", "math"} & set(sys.modules)
def late(a):
    import heapq
    import array
    push = heapq.heappush
    push(a, 1)                      #: TORN_ALL list
    numbers = array.array("i", a)   #: READ_ALL list
    numbers.append(1)               #: TORN_ALL array.array
    from math import fsum           #: ...
    fsum(a)                         #: READ_ALL list
    importlib.import_module("_bisect").bisect_left(a, 1) #: READ_ALL list
def anew(a):
    del sys.modules["_heapq"]       #: ...
    import _heapq
    _heapq.heappush(a, 0)           #: TORN_ALL list
late([1, 2])
anew([1, 2])
""",
    )


LIBRARY = """
import copy, json, random
from collections import Counter
def library(a, d):
    json.dumps(d)                   #: READ_ALL dict
    json.dumps(obj=d)               #: READ_ALL dict
    random.shuffle(a)               #: TORN_ALL list
    [copy.copy(x) for x in [d]]     #: ...
    list(map(json.dumps, [d]))      #: READ_ALL list; READ_ALL dict
library([1, 2], {"a": 1})
"""


def test_library_functions(collector: FakeCollector, agent_path: str) -> None:
    """Functions of the standard library in Python are told on the line that calls them, without frames of their own."""
    check(collector, agent_path, LIBRARY, left_out="READ module")


UNOBSERVED = """
import helper
def work(a, d):
    for _ in range(3):
        helper.change(a, d)
a, d = [3], {}
work(a, d)
"""

HELPER = """
import copy, heapq
def change(a, d):
    a.append(1)
    append = a.append
    append(2)
    list.append(a, len(a))
    d.setdefault("n", sum(a))
    dict.__setitem__(d, "k", sorted(a))
    d.copy()
    heapq.heappush(a, 1)
    copy.copy(d)
    list(map(d.get, "nk"))
    print(a)
"""


def test_calls_by_unobserved_code(collector: FakeCollector, agent_path: str) -> None:
    run = run_traced(collector, agent_path, UNOBSERVED, modules={"helper": HELPER}, RACEWITNESS_EXCLUDE="helper")
    assert run.output.startswith("[")
    assert [str(a) for a in run.accesses if a.kind in ("list", "dict")] == []


def test_invisible(collector: FakeCollector, agent_path: str) -> None:
    """Hooked callables look, compare, pickle and fail as ever."""
    same(
        collector,
        agent_path,
        """
import inspect, pickle, sys, traceback
items, table = [2, 1], {}
for c in (list.append, items.append, len, dict, dict.fromkeys, dict.__setitem__, table.__setitem__, list.sort):
    print(getattr(c, "__name__", c), getattr(c, "__qualname__", None), type(c), c.__doc__ == c.__doc__)
    try:
        print(inspect.signature(c))
    except ValueError as error:
        print("no signature" in str(error))
print(items.append == items.append, items.append is items.append, hash(len) == hash(len), list.append is list.append)
print(pickle.loads(pickle.dumps([len, list.append, dict, dict.fromkeys])) == [len, list.append, dict, dict.fromkeys])
print(sys.getrefcount(items), sys.getrefcount(table))
for wrong in (
    lambda: list.append(), lambda: list.append({}, 1), lambda: items.append(), lambda: items.append(1, 2),
    lambda: len(), lambda: len(3), lambda: str(1, 2), lambda: str(encoding=3), lambda: dict(1), lambda: bytes(-1),
    lambda: items.pop(9),
    lambda: dict.__setitem__(), lambda: dict.__setitem__([], 1, 2), lambda: table.__setitem__(1), lambda: sorted(3),
    lambda: sorted([1, "a"]), lambda: dict.fromkeys(), lambda: vars(1, 2), lambda: items.sort(kee=1),
    lambda: list.__len__(3), lambda: list(**{"a": 1}), lambda: bytearray(1, 2, 3, 4), lambda: len(*3), lambda: str(**3),
):
    try:
        print(wrong())
    except Exception:
        print(traceback.format_exc())
calls = []
sys.setprofile(lambda frame, event, arg: calls.append((event, getattr(arg, "__name__", arg))))
items.append(len(items)); sorted(items); dict(table)
sys.setprofile(None)
print(calls)
""",
    )


def test_getters(collector: FakeCollector, agent_path: str) -> None:
    """What operator's getters read in C is an access of the line that calls them, or has them called."""
    check(
        collector,
        agent_path,
        left_out="READ module",
        program="""
import operator
class Part:
    def __init__(self, n):
        self.n = n                      #: WRITE Part n; WRITE Part n
    @property
    def twice(self):
        return self.n                   #: READ Part n
    def grow(self):
        self.n = 3                      #: WRITE Part n
size, both = operator.attrgetter("n"), operator.attrgetter("n", "twice")
first, some = operator.itemgetter(0), operator.itemgetter("k", "none")
grow, end = operator.methodcaller("grow"), operator.methodcaller("pop")
def call(part, rows, table):
    size(part)                          #: READ Part n
    both(part)                          #: READ Part n
    operator.attrgetter("part.n")(rows[0]) #: READ list [0]; READ class Row part; READ Row part; READ Part n
    sorted([part], key=size)            #: READ_ALL list; READ Part n
    first(rows)                         #: READ list [0]
    max([rows], key=first)              #: READ_ALL list; READ list [0]
    size.__call__(part)                 #: READ Part n
    end(rows)                           #: POP_END list [0]
    grow(part)                          #: READ class Part grow
    try:
        some(table)                     #: READ dict 'k'; READ dict 'none'
    except KeyError:
        pass
    try:
        size(part, part)
    except TypeError as error:
        assert "expected 1 argument" in str(error)
class Row:
    part = Part(1)
call(Part(2), [Row()], {"k": 1})
""",
    )
