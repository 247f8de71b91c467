# case: slots of base and derived class, and a __dict__ beside slots
import threading


class Base:
    __slots__ = ("a",)


class Derived(Base):
    __slots__ = ("b", "__dict__")


thing = Derived()
thing.a = thing.b = thing.c = 0


def first():
    for _ in range(10):
        thing.a += 1  # race: a lost-update
        thing.b += 1


def second():
    thing.a = 5  # race: a
    thing.c = 5


def third():
    thing.d = 5
    del thing.c  # race: c


def fourth():
    thing.c = 6  # race: c


threads = [threading.Thread(target=f) for f in (first, second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
thing.c = 1
threads = [threading.Thread(target=f) for f in (third, fourth)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
