# case: an asyncio.Future set through the loop, polled from another thread
import asyncio
import threading

box = {"n": 0}


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def watch():
        while not future.done():
            pass
        assert box["n"] == 1

    thread = threading.Thread(target=watch)
    thread.start()
    box["n"] = 1
    future.set_result(box)
    await asyncio.to_thread(thread.join)


asyncio.run(main())
