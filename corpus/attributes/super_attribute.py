# case: super() reads a class attribute of the base that another thread replaces
import threading


class Base:
    factor = 2

    def scale(self):
        return self.factor


class Derived(Base):
    factor = 3

    def scale(self):
        return super().factor + super().scale()  # race: factor unordered-read-write


item = Derived()


def read():
    for _ in range(3):
        item.scale()


def write():
    Base.factor = 4  # race: factor


threads = [threading.Thread(target=f) for f in (read, write)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
