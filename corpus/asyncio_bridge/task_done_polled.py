# case: a Task that another thread polls: done(), exception() and cancelled() come after all that its coroutine did
import asyncio
import threading
import time


class Box:
    value = 0


box = Box()
loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever)


async def work():
    await asyncio.sleep(0)
    box.value = 1


async def fail():
    await asyncio.sleep(0)
    box.value = 2
    raise ValueError


async def wait():
    try:
        await asyncio.sleep(60)
    finally:
        box.value = 3


async def task_of(coroutine):
    return asyncio.ensure_future(coroutine)


def started(coroutine):
    return asyncio.run_coroutine_threadsafe(task_of(coroutine), loop).result()


thread.start()
task = started(work())
while not task.done():
    time.sleep(0.001)
box.value += 1
task = started(fail())
while not task.done():
    time.sleep(0.001)
assert isinstance(task.exception(), ValueError)
box.value += 1
task = started(wait())
loop.call_soon_threadsafe(task.cancel)
while not task.cancelled():
    time.sleep(0.001)
box.value += 1
loop.call_soon_threadsafe(loop.stop)
thread.join()
loop.close()
