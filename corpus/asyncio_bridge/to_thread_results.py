# case: to_thread and run_in_executor, gathered; the coroutine goes on with what they wrote
import asyncio

boxes = [{"n": 0} for _ in range(4)]


def work(box):
    box["n"] += 1
    return box


async def main():
    loop = asyncio.get_running_loop()
    for box in boxes:
        box["n"] += 1
    done = await asyncio.gather(*(asyncio.to_thread(work, box) for box in boxes[:2]),
                                *(loop.run_in_executor(None, work, box) for box in boxes[2:]))
    for box in done:
        box["n"] += 1


asyncio.run(main())
assert [box["n"] for box in boxes] == [3] * 4
