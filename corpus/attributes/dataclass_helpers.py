# case: replace, asdict, astuple, comparison and repr of dataclasses read their fields
import threading
from dataclasses import asdict, astuple, dataclass, replace


@dataclass(order=True)
class Point:
    x: int = 0
    y: int = 0


a, b, c, d, e, f = (Point(1, 2) for _ in range(6))


def read():
    replace(a, x=5)  # race: a unordered-read-write
    asdict(b)  # race: b unordered-read-write
    astuple(c)  # race: c unordered-read-write
    assert d != 5 and d == d or d < Point()
    _ = d == Point(3, 4)  # race: d unordered-read-write
    _ = e < Point(3, 4)  # race: e unordered-read-write
    repr(f)  # race: f unordered-read-write


def write():
    a.y = 7  # race: a
    b.y = 7  # race: b
    c.y = 7  # race: c
    d.x = 7  # race: d
    e.x = 7  # race: e
    f.y = 7  # race: f


threads = [threading.Thread(target=f) for f in (read, write)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
