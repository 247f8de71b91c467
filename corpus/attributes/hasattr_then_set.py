# case: hasattr decides whether the attribute is set
import threading


class Box:
    pass


box = Box()


def fill():
    if not hasattr(box, "value"):  # race: value
        box.value = 1  # race: value


threads = [threading.Thread(target=f) for f in (fill, fill)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
