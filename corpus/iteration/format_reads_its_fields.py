# case: str.format, format_map and % read the values that their fields name, and no others
import threading


class Point:
    def __init__(self):
        self.x, self.y, self.z = 1, 2, 3
        self.parts = [1, 2]

    @property
    def both(self):
        return self.x, self.z


point = Point()
table = {"a": 1, "b": 2, "c": 3, "d": 4}
rows = [1, 2, 3]


def write():
    point.y = 5  # race: y
    point.parts[0] = 3  # race: part
    rows[1] = 4  # race: row
    table["b"] = 3  # race: b
    table["c"] = 3  # race: c


readers = [
    lambda: "{0.y}".format(point),  # race: y
    lambda: "{p.parts[0]:>{w}}".format(p=point, w=5),  # race: part
    lambda: "{0[1]} {0[0]}".format(rows),  # race: row
    lambda: "{b} {{c}}".format_map(table),  # race: b
    lambda: "%(c)s %%(b)" % table,  # race: c
]


def others():
    assert "{0.x} {0.both} {p.z!r} {1[0]} {1[2]}".format(point, rows, p=point) == "1 (1, 3) 3 1 3"
    assert "{a} {d}".format_map(table) == "1 4"
    assert "%(a)s%%%(d)s" % table == "1%4"


threads = [threading.Thread(target=f) for f in (write, *readers, others)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
