"""Planets that attract each other: everybody reads all positions, each thread moves its own bodies, in two phases."""

import sys
import threading


class Body:
    def __init__(self, number: int) -> None:
        self.x = float(number * 17 % 101)
        self.y = float(number * 29 % 103)
        self.vx = 0.0
        self.vy = 0.0
        self.mass = 1.0 + number % 3


def pull(bodies: list[Body], first: int, last: int) -> None:
    for i in range(first, last):
        body = bodies[i]
        fx = fy = 0.0
        for other in bodies:
            dx, dy = other.x - body.x, other.y - body.y
            distance = dx * dx + dy * dy + 0.01
            force = other.mass / (distance * distance**0.5)
            fx += dx * force
            fy += dy * force
        body.vx += fx * 0.01
        body.vy += fy * 0.01


def move(bodies: list[Body], first: int, last: int) -> None:
    for i in range(first, last):
        body = bodies[i]
        body.x += body.vx * 0.01
        body.y += body.vy * 0.01


def simulate(bodies: list[Body], first: int, last: int, steps: int, barrier: threading.Barrier) -> None:
    for _ in range(steps):
        pull(bodies, first, last)
        barrier.wait()
        move(bodies, first, last)
        barrier.wait()


def main(threads: int = 4, size: int = 100) -> float:
    bodies = [Body(i) for i in range(max(4, size))]
    barrier = threading.Barrier(threads)
    cuts = [len(bodies) * i // threads for i in range(threads + 1)]
    workers = [
        threading.Thread(target=simulate, args=(bodies, cuts[i], cuts[i + 1], 100, barrier)) for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return round(sum(body.x + body.y for body in bodies), 9)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
