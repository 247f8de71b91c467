"""Binary trees built, walked and dropped again: millions of short-lived objects."""

import sys
import threading


class Tree:
    __slots__ = ("left", "right")

    def __init__(self, left: "Tree | None", right: "Tree | None") -> None:
        self.left = left
        self.right = right

    def count(self) -> int:
        if self.left is None or self.right is None:
            return 1
        return 1 + self.left.count() + self.right.count()


def build(depth: int) -> Tree:
    if depth == 0:
        return Tree(None, None)
    return Tree(build(depth - 1), build(depth - 1))


def churn(trees: int, worker: int, results: list[int]) -> None:
    total = 0
    for i in range(trees):
        total += build(6 + i % 3).count()
    results[worker] = total


def main(threads: int = 4, size: int = 100) -> int:
    results = [0] * threads
    workers = [threading.Thread(target=churn, args=(14 * size, i, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
