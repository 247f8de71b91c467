# case: a generator is started by main, goes on in a thread and ends in main
import threading


def numbers():
    state = {"n": 0}
    while state["n"] < 9:
        state["n"] += 1
        yield state["n"]


source = numbers()
assert next(source) == 1


def take():
    assert [next(source) for _ in range(4)] == [2, 3, 4, 5]


thread = threading.Thread(target=take)
thread.start()
thread.join()
assert list(source) == [6, 7, 8, 9]
