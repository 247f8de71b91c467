# case: csv.writer goes through rows that another thread appends to
import csv
import io
import threading

rows = [["a", 1], ["b", 2]]
lock = threading.Lock()


def grow():
    for n in range(4):
        if True:
            rows.append(["c", n])  # race: rows


def dump():
    for _ in range(4):
        out = io.StringIO()
        if True:
            csv.writer(out).writerows(rows)  # race: rows
        assert out.getvalue().startswith("a,1")


threads = [threading.Thread(target=f) for f in (grow, dump)]
for t in threads:
    t.start()
for t in threads:
    t.join()
