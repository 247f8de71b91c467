"""k-means: shared points and centres, sums per thread, one thread moves the centres between two barriers."""

import sys
import threading


class Point:
    __slots__ = ("cluster", "x", "y")

    def __init__(self, x: float, y: float) -> None:
        self.x = x
        self.y = y
        self.cluster = 0


def assign(
    points: list[Point], centres: list[tuple[float, float]], sums: list[list[float]], first: int, last: int
) -> None:
    for i in range(len(sums)):
        sums[i] = [0.0, 0.0, 0.0]
    for i in range(first, last):
        point = points[i]
        best = 1e30
        for cluster in range(len(centres)):
            x, y = centres[cluster]
            distance = (point.x - x) ** 2 + (point.y - y) ** 2
            if distance < best:
                best = distance
                point.cluster = cluster
        mine = sums[point.cluster]
        mine[0] += point.x
        mine[1] += point.y
        mine[2] += 1


def move(centres: list[tuple[float, float]], sums: list[list[list[float]]]) -> None:
    for cluster in range(len(centres)):
        x = sum(part[cluster][0] for part in sums)
        y = sum(part[cluster][1] for part in sums)
        count = sum(part[cluster][2] for part in sums)
        if count:
            centres[cluster] = (x / count, y / count)


def main(threads: int = 4, size: int = 100) -> float:
    points = [Point(i * 7919 % 10007 / 10, i * 104729 % 10009 / 10) for i in range(90 * size)]
    centres = [(i * 97.0 % 1000, i * 311.0 % 1000) for i in range(8)]
    sums = [[[0.0, 0.0, 0.0] for _ in centres] for _ in range(threads)]
    barrier = threading.Barrier(threads)
    cuts = [len(points) * i // threads for i in range(threads + 1)]

    def iterate(worker: int) -> None:
        for _ in range(16):
            assign(points, centres, sums[worker], cuts[worker], cuts[worker + 1])
            if barrier.wait() == 0:
                move(centres, sums)
            barrier.wait()

    workers = [threading.Thread(target=iterate, args=(i,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return round(sum(x + y for x, y in centres), 6)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
