# case: a cached property computed before the threads start is only read
import functools
import threading


class Data:
    def __init__(self):
        self.numbers = [1, 2, 3]

    @functools.cached_property
    def total(self):
        return sum(self.numbers)


data = Data()
assert data.total == 6


def work():
    for _ in range(10):
        assert data.total == 6


threads = [threading.Thread(target=f) for f in (work, work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
