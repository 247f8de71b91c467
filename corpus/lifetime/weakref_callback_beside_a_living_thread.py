# case: weakref callbacks that the cycle collector calls come after the last use of an object by a thread that goes on
import gc
import threading
import weakref


class Node:
    pass


class State:
    def __init__(self):
        self.n = 0


def work(box):
    node = box.pop()
    node.state.n = 1
    node.me = node
    del node
    collected.wait()


def gone(reference):
    state.n += 1


gc.disable()
state, collected = State(), threading.Event()
node = Node()
node.state = state
reference = weakref.ref(node, gone)
box = [node]
del node
thread = threading.Thread(target=work, args=(box,))
thread.start()
while reference() is not None:
    gc.collect()
assert state.n == 2
collected.set()
thread.join()
