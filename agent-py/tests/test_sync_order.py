"""The table of happens-before, row by row: point "before" in one thread, point "after" in another.

The order is computed from the SYNC records by the rules of docs/wire-format.md. Rows that order nothing stand beside
those that do: the same construct, looked at too early, in vain or not at all.
"""

import pytest

from collector import FakeCollector
from sync_trace import trace

PROGRAM = """
import asyncio, concurrent.futures, json, multiprocessing.pool, queue, threading, time
from collections import deque
points("before", "after")
def started(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread
def in_vain():
    "Waits until `before` has been passed without synchronising with who passed it."
    while not flags:
        time.sleep(0.0001)
flags = []
def passed():
    point("before")
    flags.append(1)
"""

ORDERED = {
    "start": "point('before'); started(point, 'after').join()",
    "start_new_thread": """
import _thread
done = threading.Lock(); done.acquire()
point('before'); _thread.start_new_thread(lambda: (point('after'), done.release()), ()); done.acquire()""",
    "join": "started(point, 'before').join(); point('after')",
    "join with a timeout": "started(point, 'before').join(60); point('after')",
    "is_alive": """
thread = started(point, 'before')
while thread.is_alive(): pass
point('after')""",
    "join of a child's child": """
def child(): started(point, 'before').join()
started(child).join(); point('after')""",
    "interpreter's own join": """
import atexit
atexit.register(point, 'after')
started(lambda: (time.sleep(0.01), point('before')))""",
    "Lock": """
lock = threading.Lock(); lock.acquire()
def work(): point('before'); lock.release()
started(work); lock.acquire(); point('after')""",
    "RLock": """
lock = threading.RLock()
def work():
    with lock, lock: passed()
started(work); in_vain()
with lock: point('after')""",
    "try-lock that succeeds": """
lock = threading.Lock(); lock.acquire()
def work(): point('before'); lock.release()
started(work)
while not lock.acquire(False): pass
point('after')""",
    "Condition": """
condition = threading.Condition(); ready = []
def work():
    with condition: point('before'); ready.append(1); condition.notify()
with condition:
    started(work); condition.wait_for(lambda: ready)
point('after')""",
    "Semaphore": """
semaphore = threading.BoundedSemaphore(1); semaphore.acquire()
def work(): point('before'); semaphore.release()
started(work); semaphore.acquire(); point('after')""",
    "Barrier": """
barrier = threading.Barrier(2)
def work(): point('before'); barrier.wait()
started(work); barrier.wait(); point('after')""",
    "Event.wait": """
event = threading.Event()
def work(): point('before'); event.set()
started(work); event.wait(); point('after')""",
    "Event.is_set": """
event = threading.Event()
def work(): point('before'); event.set()
started(work)
while not event.is_set(): pass
point('after')""",
    "Timer": "point('before'); timer = threading.Timer(0, point, ('after',)); timer.start(); timer.join()",
    "Queue": """
channel = queue.Queue()
def work(): point('before'); channel.put(1)
started(work); channel.get(); point('after')""",
    "Queue.join": """
channel = queue.LifoQueue(); channel.put(1)
def work(): channel.get(); point('before'); channel.task_done()
started(work); channel.join(); point('after')""",
    "SimpleQueue": """
channel = queue.SimpleQueue()
def work(): point('before'); channel.put(None)
started(work); channel.get(); point('after')""",
    "deque": """
items = deque()
def work(): point('before'); items.append(0)
started(work)
while True:
    try:
        items.popleft()
    except IndexError:
        continue
    break
point('after')""",
    "submit": """
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    pool.submit(int).result(); point('before'); pool.submit(point, 'after')""",
    "Future.result": """
with concurrent.futures.ThreadPoolExecutor(1) as pool: pool.submit(point, 'before').result(); point('after')""",
    "Future.done": """
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    future = pool.submit(point, 'before')
    while not future.done(): pass
    point('after')""",
    "Future.exception": """
future = concurrent.futures.Future()
def work(): point('before'); future.set_exception(KeyError())
started(work); future.exception(); point('after')""",
    "Future's callback": """
future = concurrent.futures.Future()
point('before'); future.add_done_callback(lambda _: point('after')); started(future.set_result, 1).join()""",
    "wait and as_completed": """
with concurrent.futures.ThreadPoolExecutor(1) as pool:
    list(concurrent.futures.as_completed([pool.submit(time.sleep, 0.001)]))
    concurrent.futures.wait([pool.submit(point, 'before')]); point('after')""",
    "shutdown": """
pool = concurrent.futures.ThreadPoolExecutor(1)
pool.submit(point, 'before'); pool.shutdown(); point('after')""",
    "initializer": """
point('before')
with concurrent.futures.ThreadPoolExecutor(1, initializer=point, initargs=('after',)) as pool: pool.submit(int)""",
    "ThreadPool": """
with multiprocessing.pool.ThreadPool(1) as pool: pool.map(point, ['before']); point('after')""",
    "call_soon_threadsafe": """
async def main():
    loop = asyncio.get_running_loop(); done = loop.create_future()
    def work(): point('before'); loop.call_soon_threadsafe(done.set_result, 1)
    started(work); await done; point('after')
asyncio.run(main())""",
    "run_coroutine_threadsafe": """
loop = asyncio.new_event_loop(); thread = started(loop.run_forever)
async def task(): point('after')
asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop).result()
point('before'); asyncio.run_coroutine_threadsafe(task(), loop).result()
loop.call_soon_threadsafe(loop.stop); thread.join(); loop.close()""",
    "its result": """
loop = asyncio.new_event_loop(); thread = started(loop.run_forever)
async def task(): point('before')
asyncio.run_coroutine_threadsafe(task(), loop).result(); point('after')
loop.call_soon_threadsafe(loop.stop); thread.join(); loop.close()""",
    "to_thread": """
async def main(): await asyncio.to_thread(int); point('before'); await asyncio.to_thread(point, 'after')
asyncio.run(main())""",
    "end of to_thread": """
async def main(): await asyncio.to_thread(point, 'before'); point('after')
asyncio.run(main())""",
    "annotation": """
import racewitness
channel = object()
def work(): point('before'); racewitness.happens_before(channel); flags.append(1)
started(work); in_vain(); racewitness.happens_after(channel); point('after')""",
}

UNORDERED = {
    "nothing": "thread = started(passed); in_vain(); point('after'); thread.join()",
    "a thread that has ended, and one started later": """
first = started(passed); in_vain(); time.sleep(0.02)
started(point, 'after').join(); first.join()""",
    "what the parent does after start": """
thread = started(lambda: (in_vain(), point('after'))); passed(); thread.join()""",
    "join that timed out": """
gate = threading.Lock(); gate.acquire()
thread = started(lambda: (passed(), gate.acquire()))
in_vain(); thread.join(0.001); assert thread.is_alive(); point('after'); gate.release(); thread.join()""",
    "another lock": """
def work():
    with threading.Lock(): passed()
thread = started(work); in_vain()
with threading.Lock(): point('after')
thread.join()""",
    "try-lock that fails": """
lock = threading.Lock(); lock.acquire(); gate = threading.Lock(); gate.acquire()
def work(): passed(); gate.acquire(); lock.release()
thread = started(work); in_vain()
assert not lock.acquire(False) and not lock.acquire(timeout=0.001); point('after'); gate.release(); thread.join()""",
    "Event not yet set": """
event = threading.Event(); gate = threading.Lock(); gate.acquire()
def work(): passed(); gate.acquire(); event.set()
thread = started(work); in_vain()
assert not event.is_set() and not event.wait(0.001); point('after'); gate.release(); thread.join()""",
    "after the put": """
channel = queue.SimpleQueue()
def work(): channel.put(1); passed()
thread = started(work); channel.get(); in_vain(); point('after'); thread.join()""",
    "another item": """
channel = queue.SimpleQueue(); items = deque([3])
channel.put(2)
def work(): passed(); channel.put(1); items.append(4)
thread = started(work); in_vain(); assert channel.get() == 2 and items.popleft() == 3; point('after'); thread.join()""",
    "SimpleQueue looked at": """
channel = queue.SimpleQueue()
def work(): point('before'); channel.put(1)
thread = started(work)
while channel.empty() or not channel.qsize(): time.sleep(0.0001)
point('after'); thread.join()""",
    "tasks side by side": """
both = threading.Barrier(2)
def first(): both.wait(); passed()
def second(): both.wait(); in_vain(); time.sleep(0.01); point('after')
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    futures = [pool.submit(first), pool.submit(second)]""",
    "a pool's bookkeeping": """
gate = threading.Semaphore(0)
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    pool.submit(passed); in_vain(); time.sleep(0.01)
    pool.submit(int); point('after')""",
    "Future not yet done": """
future = concurrent.futures.Future(); gate = threading.Lock(); gate.acquire()
def work(): passed(); gate.acquire(); future.set_result(1)
thread = started(work); in_vain(); assert not future.done(); point('after'); gate.release(); thread.join()""",
    "import of a module that is there": """
def work(): passed(); import json
thread = started(work); in_vain(); time.sleep(0.01)
import json; point('after'); thread.join()""",
    "start of another thread, seen": """
gate = threading.Lock(); gate.acquire()
other = threading.Thread(target=gate.acquire)
def work(): passed(); other.start()
thread = started(work)
while not other.is_alive(): time.sleep(0.0001)
point('after'); gate.release(); thread.join()""",
}


@pytest.mark.parametrize("row", ORDERED)
def test_ordered(collector: FakeCollector, agent_path: str, row: str) -> None:
    run = trace(collector, agent_path, PROGRAM + ORDERED[row])
    assert run.ordered("before", "after")
    assert not run.ordered("after", "before")


@pytest.mark.parametrize("row", UNORDERED)
def test_unordered(collector: FakeCollector, agent_path: str, row: str) -> None:
    run = trace(collector, agent_path, PROGRAM + UNORDERED[row])
    assert not run.ordered("before", "after")
    assert not run.ordered("after", "before")
