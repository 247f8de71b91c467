"""The same number of accesses, spread over more and more live objects; each thread has its part of them."""

import sys
import threading

THREADS = 4
UPDATES = 300_000


class Item:
    __slots__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value


def update(items: list[Item], first: int, last: int) -> None:
    at = first
    for i in range(UPDATES):
        items[at].value += i
        at += 7919
        if at >= last:
            at = first + (at - first) % (last - first)


def main(count: int) -> int:
    items = [Item(i) for i in range(count)]
    cuts = [count * i // THREADS for i in range(THREADS + 1)]
    workers = [threading.Thread(target=update, args=(items, cuts[i], cuts[i + 1])) for i in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(item.value for item in items)


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
