"""The same work shared out among more and more threads: private objects, shared read-only data, a lock now and then."""

import sys
import threading

STEPS = 960_000


class Account:
    def __init__(self) -> None:
        self.balance = 0
        self.entries = 0


class Total:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.amount = 0


def book(rates: list[int], total: Total, steps: int) -> None:
    account = Account()
    for i in range(steps):
        account.balance += rates[i % len(rates)]
        account.entries += 1
        if i % 100 == 99:
            with total.lock:
                total.amount += account.balance
            account.balance = 0


def main(threads: int) -> int:
    rates = [i * 7 % 31 for i in range(1000)]
    total = Total()
    workers = [threading.Thread(target=book, args=(rates, total, STEPS // threads)) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return total.amount


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
