"""The stock behind one door: the shops put their orders into a queue and a single clerk takes the pieces out."""

import queue
import threading

stock = {"apples": 500, "pears": 500}
orders: queue.Queue[str | None] = queue.Queue()


def shop(items: list[str]) -> None:
    for item in items:
        for _ in range(100):
            orders.put(item)


def clerk() -> None:
    while (item := orders.get()) is not None:
        stock[item] = stock[item] - 1


def main() -> None:
    shops = [
        threading.Thread(target=shop, args=(["apples", "pears"],), name="high-street"),
        threading.Thread(target=shop, args=(["pears", "apples"],), name="harbour"),
    ]
    seller = threading.Thread(target=clerk, name="clerk")
    for thread in [*shops, seller]:
        thread.start()
    for thread in shops:
        thread.join()
    orders.put(None)
    seller.join()
    print(f"left: {stock}, expected 300 of each")


if __name__ == "__main__":
    main()
