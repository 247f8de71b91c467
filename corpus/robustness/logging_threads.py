# case: logging from many threads to a handler in memory
import io
import logging
import threading

stream = io.StringIO()
log = logging.getLogger("app")
log.addHandler(logging.StreamHandler(stream))
log.setLevel(logging.INFO)
log.propagate = False


def work(n):
    for i in range(5):
        log.info("thread %d line %s", n, {"i": i})
        logging.getLogger(f"app.{n}").warning("x")


threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(stream.getvalue().splitlines()) == 30
