"""Conway's game of life on a torus: two boards, rows shared out among the threads, a barrier after each generation."""

import sys
import threading

Board = list[list[int]]


def neighbours(board: Board, row: int, column: int) -> int:
    rows, columns = len(board), len(board[0])
    count = 0
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            if down or right:
                count += board[(row + down) % rows][(column + right) % columns]
    return count


def live(boards: list[Board], first: int, last: int, generations: int, barrier: threading.Barrier) -> None:
    for generation in range(generations):
        old, new = boards[generation % 2], boards[1 - generation % 2]
        for row in range(first, last):
            for column in range(len(old[row])):
                count = neighbours(old, row, column)
                new[row][column] = 1 if count == 3 or (count == 2 and old[row][column]) else 0
        barrier.wait()


def main(threads: int = 4, size: int = 100) -> int:
    n, generations = max(8, size), 30
    boards = [
        [
            [1 if (row * row * 7 + column * column * 3 + row * column) % 11 < 4 else 0 for column in range(n)]
            for row in range(n)
        ],
        [],
    ]
    boards[1] = [[0] * n for _ in range(n)]
    barrier = threading.Barrier(threads)
    cuts = [n * i // threads for i in range(threads + 1)]
    workers = [
        threading.Thread(target=live, args=(boards, cuts[i], cuts[i + 1], generations, barrier)) for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(row * column for row in range(n) for column in range(n) if boards[0][row][column])


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
