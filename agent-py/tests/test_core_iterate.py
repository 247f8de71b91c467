"""Iteration step by step, and C functions that go through a container for a line."""

from collector import FakeCollector
from core_trace import check


def test_steps(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
def lists(a):
    for x in a: pass                #: ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
    for x in a:                     #: ITERATE_STEP list [0]
        break
    for i, x in enumerate(a): pass  #: ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
    for x in reversed(a): pass      #: ITERATE list; ITERATE_STEP list [1]; ITERATE_STEP list [0]; ITERATE list
    for x in iter(a): pass          #: ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
    [x for x in a]                  #: ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
    for x in map(abs, a): pass      #: ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
    for x in filter(None, a): pass  #: ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
    it = iter(a)
    next(it)                        #: ITERATE_STEP list [0]
    next(it)                        #: ITERATE_STEP list [1]
    next(it, None)                  #: ITERATE list
    next(it, None)
    a0, a1 = a                      #: READ_ALL list
    for x in a:                     #: ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
        a[0] = x                    #: WRITE list [0]; WRITE list [0]
def zips(a, b):
    for x, y in zip(a, b): pass     #: ITERATE_STEP list [0]; ITERATE_STEP list [0]; ITERATE list
def dicts(d):
    for k in d: pass                #: ITERATE_STEP dict 'a'; ITERATE_STEP dict 1; ITERATE dict
    for k in d.keys(): pass         #: ITERATE_STEP dict 'a'; ITERATE_STEP dict 1; ITERATE dict
    for v in d.values(): pass       #: ITERATE_STEP dict 'a'; ITERATE_STEP dict 1; ITERATE dict
    for k, v in d.items(): pass     #: ITERATE_STEP dict 'a'; ITERATE_STEP dict 1; ITERATE dict
    {k: v for k, v in d.items()}    #: ITERATE_STEP dict 'a'; ITERATE_STEP dict 1; ITERATE dict
    for k in reversed(d): pass      #: ITERATE dict; ITERATE_STEP dict 1; ITERATE_STEP dict 'a'; ITERATE dict
    next(iter(d))                   #: ITERATE_STEP dict 'a'
def after_removal(d):
    for k in d: pass                #: ITERATE_STEP dict 'a'; ITERATE_STEP dict 1; ITERATE dict
def shared(p):
    for k in vars(p): pass          #: ITERATE_STEP Shared a; ITERATE_STEP Shared b; ITERATE Shared
    for k in vars(p).values(): pass #: ITERATE_STEP Shared a; ITERATE_STEP Shared b; ITERATE Shared
class Shared: pass
def sets(s):
    for x in s: pass                #: ITERATE_STEP set 'x'; ITERATE set
    for x in s | {1}: pass          #: ...
    {x for x in s}                  #: ITERATE_STEP set 'x'; ITERATE set
def deques(q):
    for x in q: break               #: ITERATE_STEP collections.deque [0]
    for x in reversed(q): break     #: ITERATE collections.deque; ITERATE_STEP collections.deque [1]
    for i, x in enumerate(q):       #: ITERATE_STEP collections.deque [0]; ITERATE_STEP collections.deque [1]
        if i: break
def sequences(b, a):
    for x in b: pass                #: ITERATE_STEP bytearray [0]; ITERATE bytearray
    for x in a: pass                #: ITERATE_STEP array.array [0]; ITERATE array.array
def user():
    class Steps:                    #: ...
        def __iter__(self): return self
        def __next__(self): raise StopIteration
    for x in Steps(): pass
    list(Steps())
def generators(a):
    def each():
        yield from a                #: READ cell a; ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
    for x in each(): pass
    sum(x for x in a)               #: READ cell a; ITERATE_STEP list [0]; ITERATE_STEP list [1]; ITERATE list
import array, collections
lists([1, 2])
zips([1], [2, 3])
dicts({"a": 1, 1: 2})
shared_one = Shared()
shared_one.a = shared_one.b = 1
shared(shared_one)
removed = {"gone": 0, "a": 1, 1: 2}
del removed["gone"]
after_removal(removed)
sets({"x"})
deques(collections.deque([1, 2]))
sequences(bytearray(b"x"), array.array("b", [1]))
user()
generators([1, 2])
""",
    )


def test_functions_in_c(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
import bisect, collections, copy, functools, heapq, itertools, json, math, operator, random, statistics, string
def builtins(a, d, s):
    len(a)                          #: SHAPE_READ list
    sum(a)                          #: READ_ALL list
    sum(d.values())                 #: READ_ALL dict
    sorted(a)                       #: READ_ALL list
    sorted(a, key=abs)              #: READ_ALL list
    sorted(d.items())               #: READ_ALL dict
    min(a)                          #: READ_ALL list
    max(a, key=abs)                 #: READ_ALL list
    max(a, default=0)               #: READ_ALL list
    min(a, a)                       #: ...
    any(a)                          #: READ list [0:1]; SHAPE_READ list
    all(s)                          #: READ_ALL set
    list(d)                         #: READ_ALL dict
    tuple(d.values())               #: READ_ALL dict
    set(a)                          #: READ_ALL list
    dict(d)                         #: READ_ALL dict
    dict.fromkeys(a)                #: READ_ALL list
    list(zip(a, s))                 #: READ_ALL list; READ_ALL set
    list(map(abs, a))               #: READ_ALL list
    list(filter(None, a))           #: READ_ALL list
    list(enumerate(a))              #: READ_ALL list
    list(reversed(a))               #: ITERATE list; READ_ALL list
    dict(zip(a, a))                 #: READ_ALL list; READ_ALL list
    ",".join(map(str, a))           #: READ_ALL list
    ",".join(d)                     #: READ_ALL dict
    bytes(a)                        #: READ_ALL list
    bytearray(a)                    #: READ_ALL list
    isinstance(a, list)
    id(a)
    print(a, end="")                #: READ_ALL list
    repr(d)                         #: READ_ALL dict
    f"{d}"                          #: READ_ALL dict
    iter(a)
def library(a, d, q):
    collections.deque(a)            #: READ_ALL list
    collections.OrderedDict(d)      #: READ_ALL dict
    collections.defaultdict(int, d) #: READ_ALL dict
    heapq.heapify(a)                #: TORN_ALL list
    heapq.heappush(a, 3)            #: TORN_ALL list
    heapq.heappop(a)                #: TORN_ALL list
    heapq.heapreplace(a, 1)         #: TORN_ALL list
    bisect.bisect(a, 1)             #: READ_ALL list
    bisect.insort(a, 1)             #: TORN_ALL list
    functools.reduce(max, a)        #: READ_ALL list
    math.fsum(a)                    #: READ_ALL list
    math.prod(a)                    #: READ_ALL list
    math.dist(a, a)                 #: READ_ALL list; READ_ALL list
    operator.getitem(a, 0)          #: READ list [0]
    operator.setitem(d, "a", 1)     #: WRITE dict 'a'
    operator.delitem(d, "a")        #: REMOVE dict 'a'
    operator.contains(d, "a")       #: READ dict 'a'
    operator.iadd(a, [])            #: ...
    list(itertools.chain(a, q))     #: READ_ALL list; READ_ALL collections.deque
    list(itertools.islice(a, 2))    #: READ list [0:2]; ITERATE list
    list(itertools.accumulate(a))   #: READ_ALL list
    for x in itertools.chain(a[:1]): pass   #: READ list [0:1]; ITERATE_STEP list [0]; ITERATE list
    for x in itertools.islice(a, 1): break  #: ITERATE_STEP list [0]
def python_library(a, d):
    random.shuffle(a)               #: TORN_ALL list
    random.choice(a)                #: SHAPE_READ list
    random.sample(a, 1)             #: SHAPE_READ list
    json.dumps(d)                   #: READ_ALL dict
    statistics.mean(a)              #: READ_ALL list
class P: pass
p = P()
p.x = 1
builtins([1, 2], {"a": 1}, {1})
library([1, 2, 3], {"a": 1}, collections.deque())
python_library([1, 2], {"a": 1})
""",
        left_out="READ module",
    )
