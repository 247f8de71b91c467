# case: a cached property computed under a lock
import functools
import threading


class Data:
    def __init__(self):
        self.numbers = [1, 2, 3]
        self.computed = 0

    @functools.cached_property
    def total(self):
        self.computed += 1
        return sum(self.numbers)


data = Data()
lock = threading.Lock()


def work():
    for _ in range(10):
        with lock:
            assert data.total == 6


threads = [threading.Thread(target=f) for f in (work, work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert data.computed == 1
