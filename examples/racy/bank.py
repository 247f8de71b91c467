"""Two tellers pay into one account at the same time.

`balance += amount` reads the balance, adds, and writes it back. When both tellers read the same balance, one of the two
payments is lost. Nothing crashes, the books just do not add up.
"""

import threading


class Account:
    def __init__(self, balance: int) -> None:
        self.balance = balance

    def deposit(self, amount: int) -> None:
        self.balance += amount


def teller(account: Account, payments: list[int]) -> None:
    for amount in payments:
        account.deposit(amount)


def main() -> None:
    account = Account(balance=100)
    morning, evening = [10] * 20_000, [5] * 20_000
    tellers = [
        threading.Thread(target=teller, args=(account, morning), name="teller-1"),
        threading.Thread(target=teller, args=(account, evening), name="teller-2"),
    ]
    for thread in tellers:
        thread.start()
    for thread in tellers:
        thread.join()
    print(f"balance {account.balance}, expected {100 + sum(morning) + sum(evening)}")


if __name__ == "__main__":
    main()
