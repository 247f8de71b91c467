# case: attrgetter, itemgetter and methodcaller read what they name, also as keys of sorted, max, groupby and map
import itertools
import operator
import threading


class Part:
    def __init__(self, size):
        self.size = size
        self.inner = None

    def area(self):
        return 1


plain, outer, called = Part(1), Part(2), Part(3)
outer.inner = Part(4)
rows = [[3, "x"], [1, "y"]]
table = {"k": 1}
pair = {"j": 1, "k": 1}
largest, grouped = [Part(3), Part(1)], [Part(3), Part(1)]


def write():
    plain.size = 5  # race: plain
    outer.inner.size = 5  # race: dotted
    rows[0][0] = 9  # race: item
    table["k"] = 2  # race: mapped
    pair["k"] = 2  # race: two
    largest[0].size = 7  # race: largest
    grouped[0].size = 7  # race: grouped
    called.area = int  # race: method


def groups():
    for _ in itertools.groupby(grouped, operator.attrgetter("size")):  # race: grouped
        pass


readers = [
    lambda: operator.attrgetter("size")(plain),  # race: plain
    lambda: operator.attrgetter("inner.size")(outer),  # race: dotted
    lambda: sorted(rows, key=operator.itemgetter(0)),  # race: item
    lambda: list(map(operator.itemgetter("k"), [table])),  # race: mapped
    lambda: operator.itemgetter("j", "k")(pair),  # race: two
    lambda: max(largest, key=operator.attrgetter("size")),  # race: largest
    groups,
    lambda: operator.methodcaller("area")(called),  # race: method
]
threads = [threading.Thread(target=f) for f in (write, *readers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
