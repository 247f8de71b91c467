"""Shortest paths between all pairs in one shared matrix: each thread relaxes its rows, pivot by pivot."""

import sys
import threading


def relax(distance: list[list[int]], first: int, last: int, barrier: threading.Barrier) -> None:
    n = len(distance)
    for pivot in range(n):
        through = distance[pivot]
        for i in range(first, last):
            if i == pivot:
                continue
            row = distance[i]
            detour = row[pivot]
            for j in range(n):
                if detour + through[j] < row[j]:
                    row[j] = detour + through[j]
        barrier.wait()


def main(threads: int = 4, size: int = 100) -> int:
    n = 2 * size
    distance = [[0 if i == j else (i * 17 + j * 31) % 97 + 1 for j in range(n)] for i in range(n)]
    barrier = threading.Barrier(threads)
    cuts = [n * i // threads for i in range(threads + 1)]
    workers = [threading.Thread(target=relax, args=(distance, cuts[i], cuts[i + 1], barrier)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(map(sum, distance))


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
