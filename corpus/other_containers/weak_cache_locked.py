# case: weak caches behind a lock, whose objects end wherever their last user lets go of them
import threading
import weakref


class Page:
    def __init__(self, number):
        self.number = number


pages = weakref.WeakValueDictionary()
readers = weakref.WeakKeyDictionary()
opened = weakref.WeakSet()
lock = threading.Lock()


def page(number):
    with lock:
        found = pages.get(number)
        if found is None:
            found = pages[number] = Page(number)
        readers[found] = readers.get(found, 0) + 1
        opened.add(found)
        assert len(pages) >= 1 and len(list(readers.items())) >= 1 and found in opened
        return found


def work():
    for turn in range(60):
        mine = page(turn % 7)
        assert mine.number == turn % 7
        del mine


threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(pages) == len(opened) == 0
