# case: an attribute of weakref.proxy(x) is that of x
import threading
import weakref


class Node:
    def __init__(self):
        self.value = 0
        self.items = [0]
        self.count = 0


node = Node()
proxy = weakref.proxy(node)
lock = threading.Lock()


def store():
    with lock:
        proxy.count += 1
    proxy.value = 2  # race: value
    proxy.items[0] = 1  # race: item


def load():
    with lock:
        node.count += 1
    node.items[0] = 2  # race: item
    node.value = 3  # race: value


threads = [threading.Thread(target=f) for f in (store, load)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
