"""Pi by throwing darts: each thread has its own generator and adds up in local variables, next to no shared data."""

import random
import sys
import threading


def throw(seed: int, darts: int, results: list[int]) -> None:
    rng = random.Random(seed)
    inside = 0
    for _ in range(darts):
        x, y = rng.random(), rng.random()
        if x * x + y * y <= 1.0:
            inside += 1
    results[seed] = inside


def main(threads: int = 4, size: int = 100) -> float:
    darts = 8000 * size
    results = [0] * threads
    workers = [threading.Thread(target=throw, args=(i, darts, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return 4 * sum(results) / (darts * threads)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
