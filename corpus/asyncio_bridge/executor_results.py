# case: lists go to run_in_executor and come back with its result
import asyncio
import concurrent.futures
import threading


def crunch(rows):
    rows.sort()
    rows.append(sum(rows))
    return {"max": rows[-2], "rows": rows}


async def stage(loop, pool, n):
    rows = [(n * k) % 17 for k in range(10)]
    result = await loop.run_in_executor(pool, crunch, rows)
    rows.append("seen")
    result["n"] = n
    return result


async def main():
    loop = asyncio.get_running_loop()
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        results = await asyncio.gather(*(stage(loop, pool, n) for n in range(1, 7)))
    more = await asyncio.to_thread(crunch, [3, 1, 2])
    assert more["rows"] == [1, 2, 3, 6]
    return results


results = asyncio.run(main())
assert [r["n"] for r in results] == [1, 2, 3, 4, 5, 6]
assert all(r["rows"][-1] == "seen" for r in results)
assert threading.active_count() >= 1
