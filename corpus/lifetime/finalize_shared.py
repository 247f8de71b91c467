# case: weakref.finalize callbacks under a lock; WeakValueDictionary and WeakSet under a lock
import threading
import weakref


class Thing:
    def __init__(self, n):
        self.n = n


lock = threading.Lock()
finalized = []
cache = weakref.WeakValueDictionary()
alive = weakref.WeakSet()


def note(n):
    with guard:
        finalized.append(n)


guard = threading.Lock()


def work(base):
    for n in range(base, base + 5):
        thing = Thing(n)
        weakref.finalize(thing, note, n)
        with lock:
            cache[n] = thing
            alive.add(thing)
            assert cache.get(n) is thing and thing in alive
        del thing


threads = [threading.Thread(target=work, args=(b,)) for b in (0, 10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(finalized) == [0, 1, 2, 3, 4, 10, 11, 12, 13, 14]
