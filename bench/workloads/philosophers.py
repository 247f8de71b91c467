"""Dining philosophers: a fork is a lock with a count of its uses; the lower fork first, so nobody starves."""

import sys
import threading


class Fork:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.uses = 0


class Philosopher:
    def __init__(self, seat: int, left: Fork, right: Fork) -> None:
        self.seat = seat
        self.first, self.second = (left, right) if seat % 2 else (right, left)
        self.eaten = 0
        self.thoughts = seat

    def think(self) -> None:
        for i in range(10):
            self.thoughts = (self.thoughts * 31 + i) % 65537

    def dine(self, meals: int) -> None:
        while self.eaten < meals:
            self.think()
            with self.first.lock:
                self.first.uses += 1
                with self.second.lock:
                    self.second.uses += 1
                    self.eaten += 1


def main(threads: int = 4, size: int = 100) -> int:
    seats = max(2, threads + threads % 2)
    forks = [Fork() for _ in range(seats)]
    table = [Philosopher(i, forks[i], forks[(i + 1) % seats]) for i in range(seats)]
    workers = [threading.Thread(target=philosopher.dine, args=(700 * size,)) for philosopher in table]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(fork.uses for fork in forks) + sum(philosopher.thoughts for philosopher in table)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
