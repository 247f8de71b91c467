"""A histogram with a lock for every bucket: few operations under each of many locks."""

import sys
import threading


class Bucket:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0
        self.total = 0


def fill(buckets: list[Bucket], samples: list[int], first: int, last: int) -> None:
    for i in range(first, last):
        sample = samples[i]
        bucket = buckets[sample % len(buckets)]
        with bucket.lock:
            bucket.count += 1
            bucket.total += sample


def main(threads: int = 4, size: int = 100) -> int:
    samples = [i * 7919 % 100003 for i in range(10000 * size)]
    buckets = [Bucket() for _ in range(1000)]
    cuts = [len(samples) * i // threads for i in range(threads + 1)]
    workers = [threading.Thread(target=fill, args=(buckets, samples, cuts[i], cuts[i + 1])) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(i * bucket.count + bucket.total for i, bucket in enumerate(buckets))


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
