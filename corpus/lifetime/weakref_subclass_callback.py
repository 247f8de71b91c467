# case: a subclass of weakref.ref with attributes, its callback reads what the last user wrote
import threading
import weakref


class Node:
    def __init__(self):
        self.uses = 0


class Ref(weakref.ref):
    __slots__ = ("key",)


lock = threading.Lock()
seen = []


def gone(ref):
    with lock:
        seen.append(ref.key)


def work(key):
    for n in range(5):
        node = Node()
        ref = Ref(node, gone)
        ref.key = (key, n)
        refs.append(ref)
        node.uses += 1
        del node


refs = []
threads = [threading.Thread(target=work, args=(k,)) for k in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(seen) == 10
