# case: __getattr__ and __setattr__ of the program, all state under one lock
import threading


class Guarded:
    def __init__(self):
        object.__setattr__(self, "_lock", threading.RLock())
        object.__setattr__(self, "_data", {"reads": 0})

    def __getattr__(self, name):
        with self._lock:
            data = self._data
            data["reads"] += 1
            try:
                return data[name]
            except KeyError:
                raise AttributeError(name) from None

    def __setattr__(self, name, value):
        with self._lock:
            self._data[name] = value


shared = Guarded()
shared.total = 0


def work():
    for n in range(5):
        with shared._lock:
            shared.total = shared.total + n
        assert not hasattr(shared, "nothing")


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
