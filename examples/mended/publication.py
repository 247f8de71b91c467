"""The price list handed over through a queue: `get` returns what `put` was given, and what was written before it."""

import queue
import threading


class PriceList:
    def __init__(self, prices: dict[str, int]) -> None:
        self.prices = prices


desk: queue.SimpleQueue[PriceList] = queue.SimpleQueue()


def publish() -> None:
    desk.put(PriceList({"tea": 3, "coffee": 4}))


def show() -> None:
    price_list = desk.get()
    print("tea costs", price_list.prices["tea"])


def main() -> None:
    reader = threading.Thread(target=show, name="reader")
    writer = threading.Thread(target=publish, name="writer")
    reader.start()
    writer.start()
    reader.join()
    writer.join()


if __name__ == "__main__":
    main()
