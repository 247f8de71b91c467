"""Counters in threading.local: every thread works on attributes that only it can see."""

import sys
import threading

local = threading.local()


def step(seed: int) -> None:
    local.state = (local.state * 1103515245 + seed) % 2147483648
    local.steps += 1
    if local.state % 3 == 0:
        local.hits += 1


def count(seed: int, steps: int, results: list[int]) -> None:
    local.state = seed
    local.steps = 0
    local.hits = 0
    for _ in range(steps):
        step(seed)
    results[seed] = local.hits * 31 + local.steps


def main(threads: int = 4, size: int = 100) -> int:
    results = [0] * threads
    workers = [threading.Thread(target=count, args=(i, 1800 * size, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
