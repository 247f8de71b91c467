# case: a test and its write beside an update that would have written, had it come first
import threading

seen = {1, 2}
settings = {"host": "here"}


def careful():
    if 9 not in seen:  # race: seen
        seen.add(9)  # race: seen
    if "port" not in settings:  # race: settings
        settings["port"] = 80  # race: settings


def careless():
    seen.add(9)  # race: seen
    settings.setdefault("port", 8080)  # race: settings


threads = [threading.Thread(target=f) for f in (careful, careless)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert 9 in seen and "port" in settings
