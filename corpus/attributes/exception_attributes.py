# case: attributes of an exception that two threads share
import threading

error = ValueError("x")
error.count = 0


def work():
    for _ in range(5):
        error.count += 1  # race: count lost-update


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
