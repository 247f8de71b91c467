# case: abort() lets waiters go with an error; what the aborting thread wrote before is seen
import threading

barrier = threading.Barrier(2)
data = {"why": None}
waiting = threading.Event()


def wait():
    waiting.set()
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        assert data["why"] == "stop"


def abort():
    waiting.wait()
    data["why"] = "stop"
    barrier.abort()


threads = [threading.Thread(target=f) for f in (wait, abort)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
