# case: locks through ExitStack, contextmanager and a decorator
import contextlib
import functools
import threading

lock = threading.Lock()
state = {"n": 0}


@contextlib.contextmanager
def held():
    lock.acquire()
    try:
        yield state
    finally:
        lock.release()


def locked(function):
    @functools.wraps(function)
    def call(*args):
        with lock:
            return function(*args)
    return call


@locked
def bump():
    state["n"] += 1


def work():
    for _ in range(10):
        bump()
        with held() as inner:
            inner["n"] += 1
        with contextlib.ExitStack() as stack:
            stack.enter_context(lock)
            state["n"] += 1


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert state["n"] == 60
