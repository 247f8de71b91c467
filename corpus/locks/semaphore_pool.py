# case: a bounded semaphore guards a pool of three connections, a lock its free list
import threading


class Connection:
    def __init__(self):
        self.uses = 0


class Pool:
    def __init__(self):
        self.free = [Connection() for _ in range(3)]
        self.lock = threading.Lock()
        self.slots = threading.BoundedSemaphore(3)

    def __enter__(self):
        self.slots.acquire()
        with self.lock:
            return self.free.pop()

    def put(self, connection):
        with self.lock:
            self.free.append(connection)
        self.slots.release()

    def __exit__(self, *exc):
        return False


pool = Pool()


def work():
    for _ in range(8):
        with pool as connection:
            connection.uses += 1
            pool.put(connection)


threads = [threading.Thread(target=f) for f in (work, work, work, work, work)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sum(c.uses for c in pool.free) == 40
