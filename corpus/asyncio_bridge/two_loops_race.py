# case: two loops in two threads bump one counter
import asyncio
import threading

state = {"n": 0}


async def bump():
    for _ in range(5):
        state["n"] += 1  # race: n lost-update
        await asyncio.sleep(0)


def work():
    asyncio.run(bump())


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
