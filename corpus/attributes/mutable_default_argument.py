# case: a mutable default argument is shared by all calls
import threading


def remember(value, seen=[]):
    seen.append(value)  # race: seen; note: seen
    return len(seen)  # race: seen


def remember_safely(value, seen=None):
    seen = [] if seen is None else seen
    seen.append(value)
    return len(seen)


def work():
    for number in range(5):
        remember(number)
        assert remember_safely(number) == 1


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
