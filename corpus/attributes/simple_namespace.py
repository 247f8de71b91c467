# case: SimpleNamespace attributes
import threading
from types import SimpleNamespace

state = SimpleNamespace(hits=0, misses=0, ready=False)


def hit():
    for _ in range(20):
        state.hits += 1  # race: hits lost-update


def miss():
    for _ in range(20):
        state.misses += 1


threads = [threading.Thread(target=f) for f in (hit, hit, miss)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
