# case: a __dict__ that several instances share, one that is its own items, one that is replaced
import threading


class Borg:
    state = {}

    def __init__(self):
        self.__dict__ = self.state

    def hit(self):
        self.hits = getattr(self, "hits", 0) + 1  # race: hits lost-update


class Table(dict):
    def __init__(self, **items):
        super().__init__(**items)
        self.__dict__ = self


class Own:
    def __init__(self):
        self.__dict__ = {"n": 1}


class Holder:
    pass


one, other = Borg(), Borg()
table = Table(v=1)
holder = Holder()
holder.value = 1


def store():
    table.v = 2  # race: v


def load():
    assert table["v"]  # race: v


def replace():
    holder.__dict__ = {"value": 2}  # race: value


def read():
    assert holder.value  # race: value


def private():
    for _ in range(5):
        own = Own()
        own.n += 1
        own.m = own.n
        del own.n


threads = [threading.Thread(target=f) for f in (one.hit, other.hit, store, load, replace, read, private, private)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
