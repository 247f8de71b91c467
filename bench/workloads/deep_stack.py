"""Recursion hundreds of frames deep that reads and writes a field in each frame, every thread in its own chain."""

import sys
import threading

DEPTH = 400


class Node:
    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.visits = 0
        self.weight = depth % 5
        self.below: Node | None = Node(depth - 1) if depth > 1 else None

    def walk(self, mark: int) -> int:
        self.visits += 1
        if self.below is None:
            return mark
        return self.below.walk(mark + self.weight) + self.weight


def descend(chain: Node, rounds: int, results: list[int], worker: int) -> None:
    total = 0
    for i in range(rounds):
        total += chain.walk(i)
    results[worker] = total


def main(threads: int = 4, size: int = 100) -> int:
    chains = [Node(DEPTH) for _ in range(threads)]
    results = [0] * threads
    workers = [threading.Thread(target=descend, args=(chains[i], 11 * size, results, i)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results) + sum(chain.visits for chain in chains)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
