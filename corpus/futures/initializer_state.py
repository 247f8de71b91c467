# case: an initializer prepares each worker's thread-local state
import threading
from concurrent.futures import ThreadPoolExecutor

local = threading.local()
config = {"base": 0}


def prepare(base):
    local.base = base + config["base"]
    local.calls = 0


def work(n):
    local.calls += 1
    return local.base + n


config["base"] = 5
with ThreadPoolExecutor(3, initializer=prepare, initargs=(10,)) as pool:
    assert list(pool.map(work, range(6))) == [15, 16, 17, 18, 19, 20]
config["base"] = 6
