# case: a cached function hands the same list to two threads
import functools
import threading


@functools.cache
def table():
    return []


table()


def work():
    rows = table()
    for _ in range(5):
        if len(rows) < 100:  # race: rows
            rows.append(1)  # race: rows


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
