# case: a Future set by a plain thread, polled with done() and running()
import threading
from concurrent.futures import Future, CancelledError

future = Future()
cancelled = Future()
box = {"n": 0}


def work():
    box["n"] = 1
    future.set_result(box)


thread = threading.Thread(target=work)
thread.start()
while not future.done():
    pass
box["n"] += 1
assert cancelled.cancel()
try:
    cancelled.result()
except CancelledError:
    pass
thread.join()
assert box["n"] == 2
