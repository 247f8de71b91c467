"""An inverted index in shards, each shard with a lock: threads add documents, then answer queries from it."""

import sys
import threading


class Shard:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.postings: dict[str, list[int]] = {}

    def add(self, word: str, document: int) -> None:
        with self.lock:
            self.postings.setdefault(word, []).append(document)


class Index:
    def __init__(self, shards: int) -> None:
        self.shards = [Shard() for _ in range(shards)]

    def shard(self, word: str) -> Shard:
        return self.shards[int(word[1:]) % len(self.shards)]

    def both(self, first: str, second: str) -> int:
        a = self.shard(first).postings.get(first, [])
        b = self.shard(second).postings.get(second, [])
        return len(set(a) & set(b))


def build(index: Index, first: int, last: int) -> None:
    for document in range(first, last):
        for i in range(30):
            word = f"w{(document * 31 + i * i) % 997}"
            index.shard(word).add(word, document)


def query(index: Index, worker: int, queries: int, results: list[int]) -> None:
    for i in range(queries):
        results[worker] += index.both(f"w{(i * 7 + worker) % 997}", f"w{i * 13 % 997}")


def run(workers: list[threading.Thread]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main(threads: int = 4, size: int = 100) -> int:
    index = Index(16)
    documents = 50 * size
    results = [0] * threads
    cuts = [documents * i // threads for i in range(threads + 1)]
    run([threading.Thread(target=build, args=(index, cuts[i], cuts[i + 1])) for i in range(threads)])
    run([threading.Thread(target=query, args=(index, i, 20 * size, results)) for i in range(threads)])
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
