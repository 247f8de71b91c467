# case: a field of a dataclass with slots is bumped by two threads
import threading
from dataclasses import dataclass


@dataclass(slots=True)
class Stats:
    hits: int = 0
    misses: int = 0


stats = Stats()


def hit():
    for _ in range(20):
        stats.hits += 1  # race: hits lost-update


def miss():
    for _ in range(20):
        stats.misses += 1


threads = [threading.Thread(target=f) for f in (hit, hit, miss)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
