# case: a container is the same whatever it is looked at through
import collections
import functools
import json
import threading
import types

settings = {"a": 1}
proxy = types.MappingProxyType(settings)
low = {"b": 1}
chain = collections.ChainMap({}, low)
names = [1]
add_name = functools.partial(names.append, 2)
view = {"c": 1}
items = view.items()
nested = {"d": [1]}
point = {"x": 0}


def change():
    settings["a"] = 2  # race: proxy
    low["b"] = 2  # race: chain
    add_name()  # race: names
    view["d"] = 2  # race: view
    nested["d"].append(2)  # race: nested
    point["x"] = 1  # race: point


def look():
    proxy["a"]  # race: proxy
    chain["b"]  # race: chain
    len(names)  # race: names
    len(items)  # race: view
    json.dumps(nested)  # race: nested
    match point:
        case {"x": _}:  # race: point
            pass


threads = [threading.Thread(target=f) for f in (change, look)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
