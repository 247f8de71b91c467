"""Bodies that fall and bounce: each thread makes its own objects, works on them and hands back a number."""

import sys
import threading


class Ball:
    def __init__(self, height: float, speed: float) -> None:
        self.height = height
        self.speed = speed
        self.bounces = 0

    def advance(self, seconds: float) -> None:
        self.speed -= 9.81 * seconds
        self.height += self.speed * seconds
        if self.height < 0:
            self.height = -self.height
            self.speed = -self.speed * 0.9
            self.bounces += 1


def simulate(start: int, steps: int, results: list[int]) -> None:
    balls = [Ball(start + i * 0.5, i * 0.25) for i in range(50)]
    for _ in range(steps):
        for ball in balls:
            ball.advance(0.01)
    results[start] = sum(ball.bounces for ball in balls)


def main(threads: int = 4, size: int = 100) -> int:
    results = [0] * threads
    workers = [threading.Thread(target=simulate, args=(i, 70 * size, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
