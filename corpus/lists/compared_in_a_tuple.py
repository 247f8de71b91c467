# case: a list is looked for among those of a tuple, while one of its items is overwritten
import threading

state = [1]
found = []


def change():
    state[0] = 2  # race: item unordered-read-write


def look():
    found.append(state in ([1], [2]))  # race: item


threads = [threading.Thread(target=f) for f in (change, look)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert found in ([True], [False])
