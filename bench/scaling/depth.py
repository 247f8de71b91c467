"""The same number of accesses, made under deeper and deeper stacks; half of them in the innermost frame."""

import sys
import threading

THREADS = 4
FRAMES = 360_000


class Counter:
    def __init__(self) -> None:
        self.entered = 0
        self.bottom = 0


def descend(counter: Counter, depth: int) -> None:
    counter.entered += 1
    if depth > 1:
        descend(counter, depth - 1)
    else:
        counter.bottom += 1


def work(depth: int, results: list[int], worker: int) -> None:
    counter = Counter()
    for _ in range(FRAMES // depth):
        descend(counter, depth)
        for _ in range(depth):
            counter.bottom += 1
    results[worker] = counter.entered + counter.bottom


def main(depth: int) -> int:
    results = [0] * THREADS
    workers = [threading.Thread(target=work, args=(depth, results, i)) for i in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
