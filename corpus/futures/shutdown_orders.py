# case: shutdown(wait=True) and leaving the with block order everything the tasks did
import threading
from concurrent.futures import ThreadPoolExecutor

table = {n: 0 for n in range(5)}


def work(n):
    table[n] += 1


with ThreadPoolExecutor(2) as pool:
    for n in range(5):
        pool.submit(work, n)
for n in range(5):
    table[n] += 1
pool = ThreadPoolExecutor(2)
for n in range(5):
    pool.submit(work, n)
pool.shutdown()
assert list(table.values()) == [3] * 5
