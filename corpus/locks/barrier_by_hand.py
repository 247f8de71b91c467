# case: a cyclic barrier made of a condition: phases read what neighbours wrote
import threading


class CyclicBarrier:
    def __init__(self, parties):
        self.parties = parties
        self.waiting = 0
        self.generation = 0
        self.cond = threading.Condition()

    def wait(self):
        with self.cond:
            generation = self.generation
            self.waiting += 1
            if self.waiting == self.parties:
                self.waiting = 0
                self.generation += 1
                self.cond.notify_all()
                return True
            while generation == self.generation:
                self.cond.wait()
            return False


N = 3
barrier = CyclicBarrier(N)
grid = [[i * 10 + j for j in range(6)] for i in range(N)]
sums = [0] * N


def relax(i):
    for step in range(4):
        left = grid[(i - 1) % N][:]
        right = grid[(i + 1) % N]
        fresh = [a + b for a, b in zip(left, right)]
        barrier.wait()
        grid[i] = fresh
        barrier.wait()
    sums[i] = sum(grid[i])


threads = [threading.Thread(target=relax, args=(i,)) for i in range(N)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert all(sums)
