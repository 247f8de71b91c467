# case: a data descriptor stores in the instance's dict under a lock
import threading


class Guarded:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        with instance.lock:
            return instance.__dict__[self.name]

    def __set__(self, instance, value):
        with instance.lock:
            instance.__dict__[self.name] = value


class Account:
    balance = Guarded()

    def __init__(self):
        self.lock = threading.Lock()
        self.balance = 0


account = Account()


def work():
    for number in range(10):
        account.balance = number
        assert account.balance >= 0


threads = [threading.Thread(target=f) for f in (work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
