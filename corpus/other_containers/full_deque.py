# case: an append to a full deque pushes out the item that another thread reads
import threading
from collections import deque

latest = deque([0], maxlen=1)
history = deque([0, 0], maxlen=2)


def publish():
    latest.append(1)  # race: latest
    history.appendleft(1)  # race: history


def show():
    latest[0]  # race: latest
    history[1]  # race: history


threads = [threading.Thread(target=f) for f in (publish, show)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert latest[0] == 1 and list(history) == [1, 0]
