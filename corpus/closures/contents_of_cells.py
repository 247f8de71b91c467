# case: cell_contents is the variable of the closure
import threading


def stored_inside():
    value = 1

    def store():
        nonlocal value
        value = 2  # race: inside

    return store


def stored_outside():
    value = 1

    def load():
        return value  # race: outside

    return load


store, load = stored_inside(), stored_outside()


def peek():
    assert store.__closure__[0].cell_contents  # race: inside


def poke():
    load.__closure__[0].cell_contents = 5  # race: outside


threads = [threading.Thread(target=f) for f in (store, peek, load, poke)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
