"""Orders handed from producers to consumers through one bounded queue.Queue, changed by both sides in turn."""

import queue
import sys
import threading


class Order:
    def __init__(self, number: int, items: list[int]) -> None:
        self.number = number
        self.items = items
        self.total = 0
        self.state = "new"


def produce(orders: "queue.Queue[Order | None]", producer: int, count: int) -> None:
    for i in range(count):
        order = Order(producer * count + i, [i % 7, i % 11, producer])
        order.state = "sent"
        orders.put(order)


def consume(orders: "queue.Queue[Order | None]", consumer: int, results: list[int]) -> None:
    done = 0
    while (order := orders.get()) is not None:
        for item in order.items:
            order.total += item * 3
        order.state = "done"
        done += order.total + order.number
    results[consumer] = done


def main(threads: int = 4, size: int = 100) -> int:
    pairs = max(1, threads // 2)
    orders: queue.Queue[Order | None] = queue.Queue(maxsize=64)
    results = [0] * pairs
    producers = [threading.Thread(target=produce, args=(orders, i, 700 * size)) for i in range(pairs)]
    consumers = [threading.Thread(target=consume, args=(orders, i, results)) for i in range(pairs)]
    for worker in producers + consumers:
        worker.start()
    for worker in producers:
        worker.join()
    for _ in consumers:
        orders.put(None)
    for worker in consumers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
