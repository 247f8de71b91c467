# case: a multiprocessing event and semaphore between threads of one process
import multiprocessing
import threading

context = multiprocessing.get_context("fork")
ready = context.Event()
gate = context.Semaphore(0)
data = {}


def produce():
    data["a"] = 1
    ready.set()
    data["b"] = 2
    gate.release()


def consume():
    ready.wait()
    assert data["a"] == 1
    gate.acquire()
    assert data["b"] == 2


threads = [threading.Thread(target=f) for f in (produce, consume)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
