# case: a bounded queue: the consumer's get lets the producer's put go on
import queue
import threading

slots = queue.Queue(maxsize=1)
buffer = {"n": 0}


def produce():
    for n in range(5):
        slots.put({"n": n, "seen": False})


def consume():
    for n in range(5):
        item = slots.get()
        item["seen"] = True
        assert item["n"] == n


threads = [threading.Thread(target=f) for f in (produce, consume)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
