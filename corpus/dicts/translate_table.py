# case: str.translate looks its characters up in a shared dict
import threading

table = {ord("a"): "x"}
lock = threading.Lock()


def change():
    for n in range(5):
        if True:
            table[ord("a")] = str(n)  # race: table


def translate():
    for _ in range(5):
        if True:
            assert len("banana".translate(table)) == 6  # race: table


threads = [threading.Thread(target=f) for f in (change, translate)]
for t in threads:
    t.start()
for t in threads:
    t.join()
