"""Inclusive prefix sums over a shared list in three phases: sums of blocks, offsets by one thread, the blocks again."""

import sys
import threading


def scan(
    values: list[int], sums: list[int], totals: list[int], worker: int, cuts: list[int], barrier: threading.Barrier
) -> None:
    first, last = cuts[worker], cuts[worker + 1]
    total = 0
    for i in range(first, last):
        total += values[i]
        sums[i] = total
    totals[worker] = total
    if barrier.wait() == 0:
        offset = 0
        for i in range(len(totals)):
            offset, totals[i] = offset + totals[i], offset
    barrier.wait()
    offset = totals[worker]
    for i in range(first, last):
        sums[i] += offset


def main(threads: int = 4, size: int = 100) -> int:
    length = 12000 * size
    values = [i * 31 % 101 for i in range(length)]
    sums = [0] * length
    totals = [0] * threads
    cuts = [length * i // threads for i in range(threads + 1)]
    barrier = threading.Barrier(threads)
    workers = [threading.Thread(target=scan, args=(values, sums, totals, i, cuts, barrier)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(sums[::97]) % 1000003


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
