# case: a slice without an end, or from the end, depends on the length; one with both ends inside does not
import threading

rows = list(range(8))
lines = list(range(8))
tail = list(range(8))
middle = list(range(8))


def look():
    rows[:]  # race: rows unordered-read-write
    lines[2:]  # race: lines unordered-read-write
    tail[-3:]  # race: tail unordered-read-write
    assert middle[2:5] == [2, 3, 4]


def extend():
    rows.append(8)  # race: rows
    lines.append(8)  # race: lines
    tail.append(8)  # race: tail
    middle.append(8)


threads = [threading.Thread(target=f) for f in (look, extend)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(middle) == 9
