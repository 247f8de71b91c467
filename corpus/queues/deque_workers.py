# case: deque as a job list: append on one side, popleft on the other, IndexError when empty
import threading
from collections import deque

jobs = deque()
done = deque()


def produce():
    for n in range(10):
        jobs.append({"n": n})
    jobs.append(None)


def consume():
    while True:
        try:
            job = jobs.popleft()
        except IndexError:
            continue
        if job is None:
            return
        job["n"] += 1
        done.append(job)


threads = [threading.Thread(target=f) for f in (produce, consume)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sum(job["n"] for job in done) == 55
