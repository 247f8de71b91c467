# case: an event that is set, cleared and set again, ping and pong
import threading

ping, pong = threading.Event(), threading.Event()
ball = {"n": 0}


def first():
    for _ in range(5):
        ball["n"] += 1
        ping.set()
        pong.wait()
        pong.clear()


def second():
    for _ in range(5):
        ping.wait()
        ping.clear()
        ball["n"] += 1
        pong.set()


threads = [threading.Thread(target=f) for f in (first, second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert ball["n"] == 10
