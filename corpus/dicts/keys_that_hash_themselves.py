# case: equal keys of a program's own class are one key, also when a thread that inserts makes its own; unequal ones of one hash are two
import threading
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    x: int
    y: int


class Name:
    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(self.text.lower())

    def __eq__(self, other):
        return isinstance(other, Name) and self.text.lower() == other.text.lower()


class Bad:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 7

    def __eq__(self, other):
        return self.n == other.n


seen = set()
counts = {}
headers = {Name("host"): 0}
one, two = Bad(1), Bad(2)
colliding = {one: 0, two: 0}
fresh = {}


def visit():
    if Point(1, 2) not in seen:  # race: seen
        seen.add(Point(1, 2))  # race: seen


def count():
    counts[Point(3, 4)] = counts.get(Point(3, 4), 0) + 1  # race: counts lost-update


def upper():
    headers[Name("HOST")] = 1  # race: headers unordered-write-write


def lower():
    headers[Name("host")] = 2  # race: headers unordered-write-write


def first():
    colliding[one] += 1
    fresh[one] = 1


def second():
    colliding[Bad(2)] += 1
    fresh[two] = 1


threads = [threading.Thread(target=f) for f in (visit, visit, count, count, upper, lower, first, second)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
