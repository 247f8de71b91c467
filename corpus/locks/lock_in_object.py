# case: locks live in the objects they guard; transfers take both in order
import threading


class Account:
    def __init__(self, balance):
        self.lock = threading.RLock()
        self.balance = balance

    def deposit(self, amount):
        with self.lock:
            self.balance += amount


accounts = [Account(10) for _ in range(3)]


def transfer(source, target):
    for _ in range(10):
        low, high = sorted((source, target))
        with accounts[low].lock, accounts[high].lock:
            accounts[source].deposit(-1)
            accounts[target].deposit(1)


threads = [threading.Thread(target=transfer, args=pair) for pair in ((0, 1), (1, 2), (2, 0))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert [a.balance for a in accounts] == [10, 10, 10]
