# case: a log message formats a dict that another thread changes: on the line that logs
import logging
import threading

logging.basicConfig(stream=open("/dev/null", "w"), level=logging.INFO, format="%(threadName)s %(message)s")
log = logging.getLogger("hunt")
status = {"step": 0, "rows": []}
lock = threading.Lock()


def advance():
    for n in range(4):
        with lock:
            status["step"] = n  # race: status
            status["rows"].append(n)


def report():
    for _ in range(4):
        if True:
            log.info("status: %s", status)  # race: status
            log.debug("rows: %s", status)


threads = [threading.Thread(target=f) for f in (advance, report)]
for t in threads:
    t.start()
for t in threads:
    t.join()
