# case: a daemon thread that is_alive() says is over, a thread that was joined with a timeout that sufficed
import threading

state = {"a": 0, "b": 0}


def work(key):
    state[key] += 1


first = threading.Thread(target=work, args=("a",), daemon=True)
second = threading.Thread(target=work, args=("b",))
first.start()
second.start()
while first.is_alive():
    pass
state["a"] += 1
second.join(timeout=30)
assert not second.is_alive()
state["b"] += 1
