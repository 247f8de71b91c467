"""Two shops sell from one stock, kept in a dictionary.

`stock[item] = stock[item] - 1` is a look-up and a store with room for the other shop between them: both can sell the
last piece, and the stock then claims that one was sold.
"""

import threading

stock = {"apples": 500, "pears": 500}


def sell(item: str, pieces: int) -> None:
    for _ in range(pieces):
        stock[item] = stock[item] - 1


def shop(orders: list[str]) -> None:
    for item in orders:
        sell(item, 100)


def main() -> None:
    shops = [
        threading.Thread(target=shop, args=(["apples", "pears"],), name="high-street"),
        threading.Thread(target=shop, args=(["pears", "apples"],), name="harbour"),
    ]
    for thread in shops:
        thread.start()
    for thread in shops:
        thread.join()
    print(f"left: {stock}, expected 300 of each")


if __name__ == "__main__":
    main()
