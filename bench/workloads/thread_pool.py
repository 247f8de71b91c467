"""Many small tasks for a ThreadPoolExecutor: submit, map, results read in order."""

import sys
from concurrent.futures import Future, ThreadPoolExecutor


class Report:
    def __init__(self, number: int) -> None:
        self.number = number
        self.lines: list[int] = []
        self.total = 0

    def fill(self) -> "Report":
        for i in range(40):
            self.lines.append((self.number * 31 + i * 7) % 101)
        for line in self.lines:
            self.total += line
        return self


def price(number: int) -> int:
    return Report(number).fill().total


def main(threads: int = 4, size: int = 100) -> int:
    checksum = 0
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for start in range(0, 120 * size, 300):
            futures: list[Future[Report]] = [pool.submit(Report(start + i).fill) for i in range(300)]
            for future in futures:
                report = future.result()
                checksum += report.total + len(report.lines)
        checksum += sum(pool.map(price, range(120 * size), chunksize=10))
    return checksum


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
