# case: the barrier's action runs in one thread before any is let go
import threading

parts = [0, 0, 0]
sums = []


def add():
    sums.append(sum(parts))


barrier = threading.Barrier(3, action=add)


def work(index):
    for turn in range(3):
        parts[index] += index + turn
        barrier.wait()
        assert sums[-1] == sum(parts)
        barrier.wait()


threads = [threading.Thread(target=work, args=(index,)) for index in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(sums) == 6
