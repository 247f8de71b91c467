# case: a multiprocessing queue used by threads of one process copies what goes through it
import multiprocessing
import threading

jobs = multiprocessing.get_context("fork").Queue()


def produce():
    for n in range(3):
        job = {"n": n}
        jobs.put(job)
    jobs.put(None)


def consume():
    total = 0
    while (job := jobs.get()) is not None:
        job["n"] += 1
        total += job["n"]
    assert total == 6


threads = [threading.Thread(target=f) for f in (produce, consume)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
jobs.close()
jobs.join_thread()
