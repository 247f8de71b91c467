"""Fares from a table that main builds before the threads start and nobody changes afterwards."""

import sys
import threading


class Zone:
    def __init__(self, name: str, base: int, surcharges: dict[str, int]) -> None:
        self.name = name
        self.base = base
        self.surcharges = surcharges


class Tariff:
    def __init__(self, zones: int) -> None:
        self.kinds = ["adult", "child", "dog", "bicycle"]
        self.zones = {
            f"zone{i}": Zone(f"zone{i}", 100 + i, {kind: (i * 7 + len(kind)) % 13 for kind in self.kinds})
            for i in range(zones)
        }
        self.names = list(self.zones)

    def fare(self, origin: str, target: str, kind: str) -> int:
        first, last = self.zones[origin], self.zones[target]
        return abs(first.base - last.base) * 3 + first.surcharges[kind] + last.surcharges[kind]


def quote(tariff: Tariff, worker: int, queries: int, results: list[int]) -> None:
    total = 0
    for i in range(queries):
        origin = tariff.names[(i * 31 + worker) % len(tariff.names)]
        target = tariff.names[(i * 17 + 5) % len(tariff.names)]
        total += tariff.fare(origin, target, tariff.kinds[i % len(tariff.kinds)])
    results[worker] = total


def main(threads: int = 4, size: int = 100) -> int:
    tariff = Tariff(500)
    results = [0] * threads
    workers = [threading.Thread(target=quote, args=(tariff, i, 1500 * size, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
