# case: threading.excepthook bumps a counter without a lock
import threading


class Failures:
    count = 0


def hook(args):
    Failures.count += 1  # race: count lost-update


threading.excepthook = hook


def work():
    raise ValueError("x")


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
