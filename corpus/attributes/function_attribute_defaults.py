# case: __defaults__, __doc__ and own attributes of a function; the defaults of a call are no location
import threading


def area(width=1, height=2):
    return width * height


area.calls = 0


def call():
    for _ in range(5):
        assert area() == 2
        area.calls += 1  # race: calls lost-update


threads = [threading.Thread(target=f) for f in (call, call)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
