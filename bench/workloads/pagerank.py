"""Page ranks by iteration: a shared read-only graph of dicts and lists, two rank tables, each thread its pages."""

import sys
import threading


class Page:
    def __init__(self, number: int) -> None:
        self.number = number
        self.sources: list[int] = []
        self.links = 0


def graph(pages: int) -> list[Page]:
    web = [Page(i) for i in range(pages)]
    for page in web:
        for i in range(6):
            target = (page.number * 31 + i * i * 101 + i) % pages
            web[target].sources.append(page.number)
            page.links += 1
    return web


def rank(
    web: list[Page], ranks: list[list[float]], first: int, last: int, rounds: int, barrier: threading.Barrier
) -> None:
    for turn in range(rounds):
        old, new = ranks[turn % 2], ranks[1 - turn % 2]
        for number in range(first, last):
            total = 0.0
            for source in web[number].sources:
                total += old[source] / web[source].links
            new[number] = 0.15 / len(web) + 0.85 * total
        barrier.wait()


def main(threads: int = 4, size: int = 100) -> float:
    web = graph(160 * size)
    ranks = [[1 / len(web)] * len(web) for _ in range(2)]
    barrier = threading.Barrier(threads)
    cuts = [len(web) * i // threads for i in range(threads + 1)]
    workers = [
        threading.Thread(target=rank, args=(web, ranks, cuts[i], cuts[i + 1], 16, barrier)) for i in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return round(sum(i % 7 * value for i, value in enumerate(ranks[0])), 9)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
