"""One big list; each thread fills, scales and sums a slice of it."""

import sys
import threading


def work(values: list[int], first: int, last: int, rounds: int, results: list[int], worker: int) -> None:
    for i in range(first, last):
        values[i] = i * 7919 % 1009
    for turn in range(rounds):
        for i in range(first, last):
            values[i] = (values[i] * 5 + turn) % 1009
    total = 0
    for i in range(first, last):
        total += values[i]
    results[worker] = total


def main(threads: int = 4, size: int = 100) -> int:
    length = 8000 * size
    values = [0] * length
    results = [0] * threads
    cuts = [length * i // threads for i in range(threads + 1)]
    workers = [
        threading.Thread(target=work, args=(values, cuts[i], cuts[i + 1], 4, results, i)) for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results) * 3 + sum(values)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
