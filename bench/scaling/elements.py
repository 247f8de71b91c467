"""The same number of accesses, spread over a longer and longer list: each thread writes its part, reads all."""

import sys
import threading

THREADS = 4
STEPS = 300_000


def write(values: list[int], first: int, last: int) -> None:
    at = first
    for i in range(STEPS):
        values[at] = values[at] + i
        at += 7919
        if at >= last:
            at = first + (at - first) % (last - first)


def read(values: list[int], results: list[int], worker: int) -> None:
    at = worker
    for _ in range(STEPS):
        results[worker] += values[at]
        at = (at + 104729) % len(values)


def run(workers: list[threading.Thread]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main(count: int) -> int:
    values = [0] * count
    results = [0] * THREADS
    cuts = [count * i // THREADS for i in range(THREADS + 1)]
    run([threading.Thread(target=write, args=(values, cuts[i], cuts[i + 1])) for i in range(THREADS)])
    run([threading.Thread(target=read, args=(values, results, i)) for i in range(THREADS)])
    return sum(results)


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
