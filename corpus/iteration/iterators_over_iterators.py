# case: what itertools draw from is read as far as it is drawn; what they only hand on is not
import itertools
import threading

rows = [[1, 2], [3, 4], [5, 6]]
config = {"n": 0}
ring = [1, 2, 3]
tail = [1, 2, 3]
lock = threading.Lock()


def change():
    for n in range(5):
        with lock:
            rows[0][0] = n
            config["n"] = n
        ring[0] = n  # race: ring
        tail[2] = n


def draw():
    for _ in range(5):
        assert len(list(itertools.product(rows, rows))) == 9
        assert len(list(itertools.combinations(rows, 2))) == 3
        assert list(itertools.repeat(config, 2))[0] is config
        assert len(list(zip((rows[0], rows[1]), "ab"))) == 2
        assert list(itertools.islice(tail, 2)) == [1, 2]
        assert len(list(itertools.islice(itertools.cycle(ring), 2))) == 2  # race: ring


threads = [threading.Thread(target=f) for f in (change, draw)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
