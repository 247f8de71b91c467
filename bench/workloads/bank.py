"""Transfers between accounts, each account with a lock of its own, taken in the order of their numbers."""

import random
import sys
import threading


class Account:
    def __init__(self, number: int, balance: int) -> None:
        self.number = number
        self.balance = balance
        self.transfers = 0
        self.lock = threading.Lock()


def transfer(source: Account, target: Account, amount: int) -> None:
    first, second = (source, target) if source.number < target.number else (target, source)
    with first.lock, second.lock:
        source.balance -= amount
        target.balance += amount
        source.transfers += 1


def teller(accounts: list[Account], seed: int, transfers: int) -> None:
    rng = random.Random(seed)
    for _ in range(transfers):
        source = rng.randrange(len(accounts))
        target = (source + 1 + rng.randrange(len(accounts) - 1)) % len(accounts)
        transfer(accounts[source], accounts[target], rng.randrange(100))


def main(threads: int = 4, size: int = 100) -> int:
    accounts = [Account(i, 1000) for i in range(200)]
    workers = [threading.Thread(target=teller, args=(accounts, i, 600 * size)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(account.balance * 3 + account.transfers for account in accounts)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
