# case: Peterson's algorithm on plain variables: flags and turn race
import sys
import threading
import time

sys.setswitchinterval(1e-5)
flags = [False, False]
turn = 0
count = 0


def worker(me):
    global turn, count
    other = 1 - me
    for _ in range(3):
        flags[me] = True  # race: flags
        turn = other  # race: turn
        while flags[other] and turn == other:  # race: flags; race: turn
            time.sleep(0)
        count += 1  # race? count
        flags[me] = False  # race: flags


threads = [threading.Thread(target=worker, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert count == 6
