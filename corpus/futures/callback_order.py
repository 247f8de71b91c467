# case: a done-callback sees the result; main sees what the callback did after its event
import threading
from concurrent.futures import Future, ThreadPoolExecutor

log = []
called = threading.Event()


def callback(future):
    log.append(future.result()["n"])
    called.set()


with ThreadPoolExecutor(1) as pool:
    future = pool.submit(lambda: {"n": 5})
    future.add_done_callback(callback)
    called.wait()
    log.append(6)
assert log == [5, 6]
