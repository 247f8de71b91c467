"""The product of two matrices: shared lists of lists, each thread computes the rows of its share of the result."""

import sys
import threading

Matrix = list[list[int]]


def multiply(a: Matrix, b: Matrix, c: Matrix, first: int, last: int) -> None:
    n = len(b)
    for i in range(first, last):
        for j in range(n):
            total = 0
            for k in range(n):
                total += a[i][k] * b[k][j]
            c[i][j] = total


def main(threads: int = 4, size: int = 100) -> int:
    n = size + 4 * size // 5
    a = [[(i * 3 + j) % 17 for j in range(n)] for i in range(n)]
    b = [[(i + j * 5) % 13 for j in range(n)] for i in range(n)]
    c = [[0] * n for _ in range(n)]
    cuts = [n * i // threads for i in range(threads + 1)]
    workers = [threading.Thread(target=multiply, args=(a, b, c, cuts[i], cuts[i + 1])) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(map(sum, c))


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
