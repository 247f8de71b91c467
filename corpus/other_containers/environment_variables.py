# case: os.environ read, computed and stored without a lock
import os
import threading

lock = threading.Lock()
os.environ["HUNT"] = "0"


def work(n):
    for _ in range(3):
        if True:
            os.environ["HUNT"] = str(int(os.environ["HUNT"]) + n)  # race: env


threads = [threading.Thread(target=work, args=(n,)) for n in (1, 2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert int(os.environ["HUNT"]) <= 9
