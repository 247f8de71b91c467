# case: containers of weak references are shared like any others; equal references are one key
import threading
import weakref


class Node:
    pass


node = Node()
by_name = weakref.WeakValueDictionary()
depth = weakref.WeakKeyDictionary({node: 0})
seen = weakref.WeakSet()


def remember():
    by_name["root"] = node  # race: name
    depth[node] += 1  # race: depth
    seen.add(node)  # race: seen


def look():
    by_name.get("root")  # race: name
    depth[node] = 5  # race: depth
    node in seen  # race: seen


threads = [threading.Thread(target=f) for f in (remember, look)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
