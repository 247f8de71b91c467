# case: weakref callbacks that the cycle collector calls come after the last use of the object by any thread
import gc
import threading
import weakref


class Node:
    pass


class State:
    def __init__(self):
        self.n = 0


def work(node):
    node.state.n = 1
    node.me = node


def gone(reference):
    by_callback.n += 1


def finalized(state):
    state.n += 1


def start(state):
    node = Node()
    node.state = state
    reference = weakref.ref(node, gone if state is by_callback else None)
    if state is not by_callback:
        weakref.finalize(node, finalized, state)
    thread = threading.Thread(target=work, args=(node,))
    thread.start()
    return reference, thread


gc.disable()
by_callback, by_finalizer = State(), State()
for state in (by_callback, by_finalizer):
    reference, thread = start(state)
    while reference() is not None:
        gc.collect()
    assert state.n == 2
    thread.join()
