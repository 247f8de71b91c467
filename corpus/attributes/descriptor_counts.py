# case: a data descriptor counts its stores: the descriptor is shared where the objects are not
import threading


class Typed:
    def __init__(self, kind, default):
        self.kind = kind
        self.default = default
        self.sets = 0

    def __set_name__(self, owner, name):
        self.slot = "_" + name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self.slot, self.default)

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(self.slot)
        self.sets += 1  # race: sets lost-update
        setattr(instance, self.slot, value)


class Point:
    x = Typed(int, 0)
    y = Typed(int, 0)

    def __init__(self, x, y):
        self.x = x
        self.y = y


lock = threading.Lock()


def work(points):
    for p in points:
        if True:
            p.x = p.x + p.y


points = [[Point(n, n) for n in range(5)] for _ in range(2)]
threads = [threading.Thread(target=work, args=(p,)) for p in points]
for t in threads:
    t.start()
for t in threads:
    t.join()
