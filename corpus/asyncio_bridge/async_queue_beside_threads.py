# case: asyncio.Queue, Lock, Event and Semaphore in one loop while threads feed it
import asyncio
import threading

total = {"n": 0}


async def consume(queue, lock, count):
    for _ in range(count):
        item = await queue.get()
        async with lock:
            total["n"] += item["n"]
        queue.task_done()


async def main():
    loop = asyncio.get_running_loop()
    queue, lock = asyncio.Queue(), asyncio.Lock()

    def feed():
        for n in range(5):
            loop.call_soon_threadsafe(queue.put_nowait, {"n": n})

    thread = threading.Thread(target=feed)
    thread.start()
    await asyncio.gather(consume(queue, lock, 2), consume(queue, lock, 3))
    await queue.join()
    await asyncio.to_thread(thread.join)


asyncio.run(main())
assert total["n"] == 10
