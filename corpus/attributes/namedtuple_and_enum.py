# case: named tuples, enum members and frozen sets have nothing to race on
import enum
import threading
from collections import namedtuple

Point = namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Flag(enum.IntFlag):
    A = 1
    B = 2


origin = Point(0, 0)
totals = {Color.RED: 0, Color.BLUE: 0}


def work(color):
    for _ in range(20):
        totals[color] += 1
        moved = origin._replace(x=3)
        assert moved.x == 3 and origin.y == 0 and Color(1) is Color.RED and color.name
        assert Flag.A | Flag.B == 3 and [c.value for c in Color] == [1, 2]


threads = [threading.Thread(target=work, args=(color,)) for color in Color]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert totals == {Color.RED: 20, Color.BLUE: 20}
