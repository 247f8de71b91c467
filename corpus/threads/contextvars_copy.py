# case: a context copied for a thread; its variables are the thread's own, the object in them is not
import contextvars
import threading

request = contextvars.ContextVar("request")


class Request:
    def __init__(self):
        self.hits = 0


shared = Request()
request.set(shared)


def work():
    request.get().hits += 1  # race: hits lost-update
    request.set(Request())
    request.get().hits += 1


contexts = [contextvars.copy_context() for _ in range(2)]
threads = [threading.Thread(target=context.run, args=(work,)) for context in contexts]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert request.get() is shared
