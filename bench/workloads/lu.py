"""LU decomposition in place without pivoting: rows dealt out in turn, a barrier after every column."""

import sys
import threading


def decompose(a: list[list[float]], worker: int, threads: int, barrier: threading.Barrier) -> None:
    n = len(a)
    for k in range(n):
        for i in range(k + 1, n):
            if i % threads == worker:
                a[i][k] /= a[k][k]
                for j in range(k + 1, n):
                    a[i][j] -= a[i][k] * a[k][j]
        barrier.wait()


def main(threads: int = 4, size: int = 100) -> float:
    n = 2 * size
    a = [[float((i * 7 + j * 3) % 11 + (n * 10 if i == j else 0)) for j in range(n)] for i in range(n)]
    barrier = threading.Barrier(threads)
    workers = [threading.Thread(target=decompose, args=(a, i, threads, barrier)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return round(sum(map(sum, a)), 6)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
