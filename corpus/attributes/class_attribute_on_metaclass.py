# case: an attribute of the metaclass is read through the class, another of the class itself is written
import threading


class Meta(type):
    limit = 3

    @property
    def size(cls):
        with lock:
            return cls._size


class Thing(metaclass=Meta):
    _size = 1
    other = 0


lock = threading.Lock()


def read():
    for _ in range(5):
        assert Thing.limit in (3, 4)  # race: limit unordered-read-write
        assert Thing.size >= 1


def write():
    Meta.limit = 4  # race: limit
    with lock:
        Thing._size = 5
    Thing.other = 2


threads = [threading.Thread(target=f) for f in (read, write)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
