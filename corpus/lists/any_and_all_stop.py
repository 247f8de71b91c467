# case: any() and all() look at the items up to the one that decides
import threading

flags = [False, True, False, False]
checks = [1, 0, 1, 1]
late = [0, 0, 0, 1]


def decide():
    assert any(flags)
    assert not all(checks)
    any(late)  # race: late unordered-read-write


def store():
    flags[2] = True
    checks[3] = 0
    late[3] = 2  # race: late


threads = [threading.Thread(target=f) for f in (decide, store)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert flags[2] and not checks[3]
