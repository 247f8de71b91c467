# case: getattr with a default, and setattr on that ground
import threading


class Box:
    pass


box = Box()


def fill():
    if getattr(box, "value", None) is None:  # race: value
        setattr(box, "value", 1)  # race: value


threads = [threading.Thread(target=f) for f in (fill, fill)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
