# case: vars(module), module.__dict__ and sys.modules name the same globals
import sys
import threading

flag = 0
other = 0


def by_vars():
    vars(sys.modules[__name__])["flag"] = 1  # race: flag


def by_name():
    return flag  # race: flag


def by_dict():
    sys.modules[__name__].__dict__["other"] = 1  # race: other


def by_attr():
    return sys.modules[__name__].other  # race: other


threads = [threading.Thread(target=f) for f in (by_vars, by_name, by_dict, by_attr)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
