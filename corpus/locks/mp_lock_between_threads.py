# case: a multiprocessing lock between threads of one process
import multiprocessing
import threading

lock = multiprocessing.get_context("fork").Lock()
state = {"n": 0}


def work():
    for _ in range(20):
        with lock:
            state["n"] += 1


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert state["n"] == 40
