"""The Mandelbrot set, row by row; threads draw row numbers from a shared counter and store finished rows."""

import sys
import threading


class Rows:
    def __init__(self, count: int) -> None:
        self.lock = threading.Lock()
        self.next = 0
        self.count = count

    def draw(self) -> int | None:
        with self.lock:
            if self.next == self.count:
                return None
            self.next += 1
            return self.next - 1


def escape(x: float, y: float, limit: int) -> int:
    c = complex(x, y)
    z = 0j
    for i in range(limit):
        z = z * z + c
        if abs(z) > 2.0:
            return i
    return limit


def paint(rows: Rows, image: list[list[int]], width: int) -> None:
    while (row := rows.draw()) is not None:
        y = row / len(image) * 2.4 - 1.2
        image[row] = [escape(column / width * 3.0 - 2.2, y, 60) for column in range(width)]


def main(threads: int = 4, size: int = 100) -> int:
    height, width = 3 * size, 4 * size
    rows = Rows(height)
    image: list[list[int]] = [[] for _ in range(height)]
    workers = [threading.Thread(target=paint, args=(rows, image, width)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(map(sum, image))


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
