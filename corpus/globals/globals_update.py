# case: globals().update writes names that a function reads
import threading

mode = "a"
size = 1


def update():
    globals().update(mode="b")  # race: mode


def read():
    return mode, size  # race: mode


threads = [threading.Thread(target=f) for f in (update, read)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
