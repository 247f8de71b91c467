# case: a timer that was cancelled never runs; one that ran was joined
import threading

state = {"n": 0}


def tick():
    state["n"] += 1


late = threading.Timer(60, tick)
late.start()
late.cancel()
late.join()
state["n"] += 1
soon = threading.Timer(0.01, tick)
soon.start()
soon.join()
assert state["n"] == 2
