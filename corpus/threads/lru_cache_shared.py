# case: functools.cache shared by threads synchronises nothing but needs no lock
import functools
import threading


@functools.lru_cache(maxsize=None)
def square(n):
    return n * n


@functools.singledispatch
def show(value):
    return "object"


@show.register
def _(value: int):
    return "int"


def work():
    for n in range(10):
        assert square(n) == n * n
        assert show(n) == "int" and show("x") == "object"


threads = [threading.Thread(target=f) for f in (work, work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
