"""One statistics object that all threads update under one lock."""

import sys
import threading


class Statistics:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0
        self.total = 0
        self.largest = 0

    def add(self, value: int) -> None:
        with self.lock:
            self.count += 1
            self.total += value
            if value > self.largest:
                self.largest = value


def measure(statistics: Statistics, seed: int, values: int) -> None:
    for _ in range(values):
        seed = (seed * 1103515245 + 12345) % 2147483648
        statistics.add(seed % 1000)


def main(threads: int = 4, size: int = 100) -> int:
    statistics = Statistics()
    workers = [threading.Thread(target=measure, args=(statistics, i, 1600 * size)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return statistics.count * 7 + statistics.total * 3 + statistics.largest


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
