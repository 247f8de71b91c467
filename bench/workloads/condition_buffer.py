"""A ring buffer of a few places guarded by one Condition; writers wait for room, readers for content."""

import sys
import threading


class Ring:
    def __init__(self, places: int) -> None:
        self.slots = [0] * places
        self.head = 0
        self.used = 0
        self.changed = threading.Condition()

    def put(self, value: int) -> None:
        with self.changed:
            while self.used == len(self.slots):
                self.changed.wait()
            self.slots[(self.head + self.used) % len(self.slots)] = value
            self.used += 1
            self.changed.notify_all()

    def get(self) -> int:
        with self.changed:
            while self.used == 0:
                self.changed.wait()
            value = self.slots[self.head]
            self.head = (self.head + 1) % len(self.slots)
            self.used -= 1
            self.changed.notify_all()
            return value


def write(ring: Ring, writer: int, values: int) -> None:
    for i in range(values):
        ring.put(writer + i % 1000)


def read(ring: Ring, reader: int, values: int, results: list[int]) -> None:
    results[reader] = sum(ring.get() for _ in range(values))


def main(threads: int = 4, size: int = 100) -> int:
    pairs = max(1, threads // 2)
    ring = Ring(128)
    results = [0] * pairs
    workers = [threading.Thread(target=write, args=(ring, i, 1100 * size)) for i in range(pairs)]
    workers += [threading.Thread(target=read, args=(ring, i, 1100 * size, results)) for i in range(pairs)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
