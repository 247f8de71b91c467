"""Programs on which tools that rewrite sources change behaviour: under the agent each does what it does without it."""

import pytest

from collector import FakeCollector
from test_core_invisible import same

PROGRAMS = {
    "name-mangled attributes": """
class Account:
    __slots__ = ("__balance", "__dict__")
    def __init__(self): self.__balance = 0; self.__notes = []
    def add(self, n): self.__balance += n; self.__notes.append(n); return self.__balance
class Child(Account):
    def __init__(self): super().__init__(); self.__balance = "mine"
    def both(self): return self.__balance, self._Account__balance
c = Child(); c.add(3); c.add(4)
print(c.both(), vars(c), hasattr(c, "__balance"), c._Child__balance)
""",
    "evaluation order and double evaluation": """
log = []
class Spy:
    def __init__(self, name): self.__dict__["name"] = name; self.__dict__["data"] = {0: 1, "k": [1]}
    def __getitem__(self, key): log.append(f"{self.name}[{key}]"); return self.data[key]
    def __setitem__(self, key, value): log.append(f"{self.name}[{key}]="); self.data[key] = value
    def __getattr__(self, name): log.append(f"{self.name}.{name}"); return 7
    def __setattr__(self, name, value): log.append(f"{self.name}.{name}="); self.__dict__[name] = value
    def __delattr__(self, name): log.append(f"del {self.name}.{name}")
    def __contains__(self, key): log.append(f"{key} in {self.name}"); return True
    def __bool__(self): log.append(f"bool {self.name}"); return True
    def __len__(self): log.append(f"len {self.name}"); return 3
    def __eq__(self, other): log.append(f"eq {self.name}"); return True
    def __hash__(self): log.append(f"hash {self.name}"); return 5
    def __iter__(self): log.append(f"iter {self.name}"); return iter([1, 2])
    def __iadd__(self, other): log.append(f"{self.name}+="); return self
def say(value, what): log.append(what); return value
def work():
    a, b = Spy("a"), Spy("b")
    say(a, "left")[say(0, "key")] += say(1, "right")
    say(b, "object").count += say(1, "right")
    a.x, b.y = b.y, a.x
    first, *rest = say(a, "unpack")
    del a.gone
    d = {a: 1}; d[b] = 2; d.get(a); a in d; d.setdefault(b, 3); d.pop(b)
    {a, b}; [a].index(b); [a] == [b]; a in [b]; [x for x in a if x]
    if a: len(b)
    "q" in a
    a["k"] += [2]; (0 if a else 1); not b; a and b; a or b
    s = {1: a}; s[1] += 1
    l = [a]; l[0] += 1
    print(f"{a.name!r} {b.name}", sum(a), max(b), sorted(a), list(a), tuple(b), dict.fromkeys(a))
work()
print(*log, sep="\\n")
""",
    "augmented assignment of a list that is also a global": """
items = [1]
same = items
def grow():
    global items
    items += [2]
    items[0] += 10
    return items is same
t = ([0],)
def tuple_item():
    try: t[0] += [1]
    except TypeError as error: return str(error), t
print(grow(), items, same, tuple_item())
""",
    "match": """
class Point:
    __match_args__ = ("x", "y")
    calls = []
    def __init__(self, x, y): self.x, self._y = x, y
    @property
    def y(self): Point.calls.append("y"); return self._y
class Any:
    def __getattr__(self, name): Point.calls.append(name); return 3
def which(value):
    match value:
        case Point(0, 0): return "origin"
        case Point(x=0, y=n): return n
        case Any(a=1): return "one"
        case Any(b=3, c=3 as c): return c
        case {"k": [first, *rest], **others}: return first, rest, others
        case [Point(x=a), *_] if a > 1: return a
        case str() | int(): return "scalar"
    return None
values = [Point(0, 0), Point(0, 5), Point(1, 2), Any(), {"k": [1, 2], "z": 3}, [Point(2, 2)], "s", 4, None]
print([which(v) for v in values], Point.calls)
""",
    "from __future__": """
'''A docstring.'''
from __future__ import annotations
import __future__, typing
class Node:
    next: Node | None = None
    def meth(self, other: Undefined) -> AlsoUndefined: return other
print(Node.__annotations__, Node.meth.__annotations__, __doc__, __future__.annotations.compiler_flag)
print(Node.meth.__code__.co_flags & __future__.annotations.compiler_flag != 0)
""",
    "super() and __class__ cells": """
class Base:
    value = 1
    def who(self): return __class__.__name__
    @classmethod
    def make(cls): return cls()
    def __init_subclass__(cls, **kw): super().__init_subclass__(**kw); cls.seen = True
class Left(Base):
    def who(self): return "Left", super().who(), [super(Left, self).value for _ in range(1)]
    @property
    def p(self): return super().value
class Right(Base):
    def who(self): return "Right", super().who()
class Both(Left, Right):
    value = 5
    def who(self):
        def inner(): return __class__, super(Both, self).who()
        return inner()
    @staticmethod
    def s(): return __class__
class Meta(type):
    def __call__(cls, *args): return super().__call__(*args)
class WithMeta(metaclass=Meta):
    def __init__(self): super().__init__(); self.x = __class__.__mro__
print(Both().who(), Both().p, Both.s(), Both.make().seen, WithMeta().x)
try: Base.who.__closure__[0].cell_contents.nothing
except AttributeError as error: print(error)
""",
    "locals()": """
import sys
x = 1
def f(a, *args, k=2, **kw):
    b = a + 1
    def g(): return a, b
    first = dict(locals())
    del b
    second = sorted(locals())
    c = [locals().get("a") for _ in range(1)]
    exec("z = 9", globals(), loc := {})
    return sorted(first), first["a"], second, c, loc, sys._getframe().f_locals["k"]
class C:
    y = 2
    names = sorted(n for n in locals() if not n.startswith("__"))
print(f(1, 2, q=3), C.names, "x" in locals(), locals() is globals(), eval("[x for _ in range(2)]"))
frame = sys._getframe(); frame.f_locals["injected"] = 4; print(injected)
""",
    "cyclic garbage with finalisers": """
import gc, threading, weakref
log = []
class Node:
    def __init__(self, name): self.name, self.items, self.lock = name, [self], threading.Lock()
    def __del__(self):
        with self.lock: log.append(self.name); self.items.append(1); resurrected.append(self.name)
resurrected, called = [], []
def make(n):
    for i in range(n):
        node = Node(i); node.other = Node(-i); node.other.other = node
        weakref.finalize(node, called.append, i)
def collect():
    for _ in range(5): gc.collect()
threads = [threading.Thread(target=make, args=(200,)) for _ in range(4)] + [threading.Thread(target=collect)]
[t.start() for t in threads]; [t.join() for t in threads]
gc.collect()
print(len(log), sorted(log) == sorted(resurrected), len(called), gc.garbage, sum(log))
""",
    "logging with asyncio": """
import asyncio, io, logging, threading
stream = io.StringIO()
logging.basicConfig(stream=stream, format="%(threadName)s %(taskName)s %(name)s %(message)s", level=logging.DEBUG)
log = logging.getLogger("app")
async def one(n, event):
    log.info("start %d", n)
    await asyncio.sleep(0)
    event.set()
    async with lock: log.info("in %d", n)
    return await asyncio.to_thread(log.warning, "thread %d", n)
async def main():
    global lock
    lock, event = asyncio.Lock(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(n, event), name=f"task-{n}") for n in range(3)]
    await event.wait()
    try:
        async with asyncio.timeout(0.01): await asyncio.Event().wait()
    except TimeoutError: log.exception("too late")
asyncio.run(main(), debug=True)
lines = stream.getvalue().splitlines()
print(sorted(line for line in lines if " app " in line and "thread" not in line.split(" app ")[1]), len(lines) > 10)
""",
    "weak references to locks": """
import threading, weakref, gc
locks = [threading.Lock(), threading.RLock(), threading.Condition(), threading.Event(), threading.Semaphore()]
dead = []
refs = [weakref.ref(lock, dead.append) for lock in locks]
table = weakref.WeakKeyDictionary({lock: n for n, lock in enumerate(locks)})
print(len(table), all(r() is l for r, l in zip(refs, locks)), [weakref.getweakrefcount(l) for l in locks])
with locks[0], locks[1], locks[2]: pass
del locks; gc.collect()
print(len(table), len(dead), [r() for r in refs])
""",
    "what things are called": """
import _thread, copyreg, inspect, pickle, pydoc, queue, threading, types, collections
lock = threading.Lock()
print(repr(lock).split(" at ")[0], lock.acquire.__name__, type(lock).acquire, lock.acquire.__self__ is lock)
print(type(lock).__name__, type(lock).__module__, type(lock).acquire.__doc__, lock.__enter__.__qualname__)
for thing in (_thread.start_new_thread, queue.SimpleQueue.put, collections.deque.append, threading.RLock().release):
    print(thing.__name__, thing.__doc__, getattr(thing, "__text_signature__", None), inspect.isbuiltin(thing))
    try: print(inspect.signature(thing))
    except ValueError as error: print("no signature")
for thing in (lock, threading.RLock(), queue.SimpleQueue()):
    try: pickle.dumps(thing)
    except TypeError as error: print(error)
import os
print([f.__name__ for s in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks) for f in s if f not in s])
print(os.execve in os.supports_fd)
print(pickle.loads(pickle.dumps(collections.deque.append)) is collections.deque.append, pickle.dumps(threading.Lock))
print(pickle.loads(pickle.dumps(collections.deque([1], 3))), copyreg.dispatch_table.keys())
print(inspect.getsource(threading.Thread.start)[:20], inspect.isfunction(threading.Thread.run))
print(pydoc.render_doc(type(lock))[:60], isinstance(_thread.start_new_thread, types.BuiltinFunctionType))
try: lock.release()
except RuntimeError as error: print(error)
try: lock.acquire(True, -5)
except ValueError as error: print(error)
for call in (lambda: lock.acquire(1, 2, 3), lambda: _thread.start_new_thread(1, ()), lambda: lock.acquire(blockin=1),
             lambda: collections.deque().append(), lambda: queue.SimpleQueue().put()):
    try: call()
    except TypeError as error: print(error)
""",
    "threads that fail, and hooks": """
import sys, threading, traceback
def hook(args):
    print("hook", args.exc_type, args.thread.name, [f.name for f in traceback.extract_tb(args.exc_traceback)])
threading.excepthook = hook
def fail(n): raise ValueError(n)
t = threading.Thread(target=fail, args=(1,), name="failing"); t.start(); t.join()
def trace(frame, event, arg): seen.append(frame.f_code.co_name); return None
seen = []
threading.settrace(trace)
t = threading.Thread(target=lambda: None, name="traced"); t.start(); t.join()
threading.settrace(None)
print(seen)
def stack():
    print([f.name for f in traceback.extract_stack()])
t = threading.Thread(target=stack); t.start(); t.join()
print([t.name for t in threading.enumerate()])
print(sorted(len(traceback.extract_stack(f)) for f in sys._current_frames().values()))
def exit_quietly(): raise SystemExit(3)
t = threading.Thread(target=exit_quietly); t.start(); t.join(); print("alive", t.is_alive())
""",
    "signals": """
import signal, threading, time, os
got = []
signal.signal(signal.SIGALRM, lambda number, frame: got.append(frame.f_code.co_name))
class Box: n = 0
box = Box()
def work():
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    while not got: box.n += 1
work()
print(got, signal.getsignal(signal.SIGINT).__name__, signal.pthread_sigmask(signal.SIG_BLOCK, []))
def raise_it(number, frame): raise KeyError("from the handler")
signal.signal(signal.SIGUSR1, raise_it)
try:
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(10**7): box.n += 1
except KeyError as error: print(error)
r, w = os.pipe(); os.set_blocking(w, False); signal.set_wakeup_fd(w)
signal.raise_signal(signal.SIGALRM); print(len(os.read(r, 10))); signal.set_wakeup_fd(-1)
print([signal.getsignal(s) for s in (signal.SIGSEGV, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD)])
caught = int(open("/proc/self/status").read().split("SigCgt:")[1].split()[0], 16)
print(hex(caught & (1 << 31) - 1))  # the C library has two more for threads
""",
    "sys.argv and __main__": """
import sys, types, pickle
class Box: pass
def work(): return sys.argv, sys.argv is sys.modules["sys"].argv, __name__
sys.argv += ["--added"]; sys.argv[1:] = [*sys.argv[1:], "x"]
main = sys.modules["__main__"]
main.late = lambda: (__name__, late.__module__, Box.__module__)
print(work()[0][1:], work()[1:], main.__dict__ is globals(), late(), type(main) is types.ModuleType)
print(isinstance(pickle.loads(pickle.dumps(Box())), Box), sorted(n for n in vars(main) if n.startswith("__")))
import __main__; print(__main__ is main, __main__.work is work)
""",
    "multiprocessing under __main__": """
import multiprocessing, os, sys, threading
value = [os.getpid()]
def child(queue, n): value.append(n); queue.put((n, len(value), __name__, multiprocessing.current_process().name))
class Work:
    def __init__(self, n): self.n = n
    def __call__(self, x): return self.n * x
def main():
    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        queue = context.Queue()
        processes = [context.Process(target=child, args=(queue, n), name=f"child-{n}") for n in range(2)]
        for p in processes: p.start()
        got = sorted(queue.get() for _ in processes)
        for p in processes: p.join()
        print(method, got, [p.exitcode for p in processes], len(value))
    with multiprocessing.get_context("fork").Pool(2) as pool: print(pool.map(Work(3), range(4)))
    print(threading.active_count(), multiprocessing.active_children())
if __name__ == "__main__": main()
else: assert __name__ == "__mp_main__", __name__
""",
    "exit handlers": """
import atexit, threading, weakref, sys
class Box:
    def __init__(self): self.x = []
    def __del__(self): self.x.append(1); print("del", len(self.x))
box = Box()
atexit.register(lambda: print("first registered", threading.active_count()))
atexit.register(print, "second registered")
weakref.finalize(box, print, "finalized")
threading._register_atexit(print, "threading")
def late(): threading.main_thread().join(); print("thread", box.x)
threading.Thread(target=late).start()
print("main ends")
""",
}


@pytest.mark.parametrize("name", list(PROGRAMS))
def test_does_as_ever(collector: FakeCollector, agent_path: str, name: str) -> None:
    same(collector, agent_path, PROGRAMS[name])
