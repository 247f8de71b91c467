"""One thread builds a price list and publishes it in a variable, another thread waits until it is there.

The reader spins on a plain global. It gets the list, but no rule of the language promises it: the hand-over is the
defect.
"""

import threading
import time


class PriceList:
    def __init__(self, prices: dict[str, int]) -> None:
        self.prices = prices


current = None


def publish() -> None:
    global current
    current = PriceList({"tea": 3, "coffee": 4})


def show() -> None:
    deadline = time.monotonic() + 1.0
    while current is None and time.monotonic() < deadline:
        time.sleep(0.001)
    print("tea costs", current.prices["tea"] if current else "an unknown price")


def main() -> None:
    reader = threading.Thread(target=show, name="reader")
    writer = threading.Thread(target=publish, name="writer")
    reader.start()
    writer.start()
    reader.join()
    writer.join()


if __name__ == "__main__":
    main()
