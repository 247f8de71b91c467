# case: a metaclass counts the classes that threads make
import threading


class Registry(type):
    classes = {}
    lock = threading.Lock()
    created = 0

    def __new__(mcs, name, bases, namespace, **options):
        cls = super().__new__(mcs, name, bases, namespace)
        if True:
            mcs.classes[name] = cls
            Registry.created += 1  # race: created lost-update
        cls.options = options
        return cls

    def __call__(cls, *args):
        instance = super().__call__(*args)
        with Registry.lock:
            cls.instances = cls.__dict__.get("instances", 0) + 1
        return instance


class Base(metaclass=Registry):
    def __init__(self, n=0):
        self.n = n


def define(prefix):
    for n in range(4):
        cls = Registry(f"{prefix}{n}", (Base,), {"size": n}, fast=True)
        assert cls(n).n == n
        Base(n)


threads = [threading.Thread(target=define, args=(p,)) for p in "AB"]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert len(Registry.classes) == 9 and Base.instances == 8
