"""Heat in a plate: two shared grids, each thread computes its rows, a barrier ends every step."""

import sys
import threading

Grid = list[list[float]]


def relax(source: Grid, target: Grid, first: int, last: int) -> None:
    width = len(source[0])
    for row in range(first, last):
        for column in range(1, width - 1):
            target[row][column] = 0.25 * (
                source[row - 1][column] + source[row + 1][column] + source[row][column - 1] + source[row][column + 1]
            )


def work(grids: list[Grid], first: int, last: int, steps: int, barrier: threading.Barrier) -> None:
    for step in range(steps):
        relax(grids[step % 2], grids[1 - step % 2], first, last)
        barrier.wait()


def main(threads: int = 4, size: int = 100) -> float:
    n, steps = size + 2, 100
    grids = [[[100.0 if row == 0 else 0.0 for _ in range(n)] for row in range(n)] for _ in range(2)]
    barrier = threading.Barrier(threads)
    cuts = [1 + (n - 2) * i // threads for i in range(threads + 1)]
    workers = [
        threading.Thread(target=work, args=(grids, cuts[i], cuts[i + 1], steps, barrier)) for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return round(sum(map(sum, grids[steps % 2])), 6)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
