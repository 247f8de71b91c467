# case: a weakref callback is ordered after the last use of its object, not after what the thread does later
import gc
import threading
import weakref


class Node:
    pass


class State:
    pass


def gone(reference):
    state.n = 2  # race: n unordered-write-write


def work():
    node = Node()
    node.me = node
    references.append(weakref.ref(node, gone))
    del node
    made.set()
    state.n = 1  # race: n unordered-write-write
    while references[0]() is not None:
        pass


gc.disable()
state, references, made = State(), [], threading.Event()
thread = threading.Thread(target=work)
thread.start()
made.wait()
while references[0]() is not None:
    gc.collect()
thread.join()
