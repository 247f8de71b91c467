# case: threading.excepthook runs in the thread that failed
import threading

failures = []
lock = threading.Lock()


def hook(args):
    with lock:
        failures.append((args.thread.name, args.exc_type))


threading.excepthook = hook


def work():
    raise ValueError("x")


threads = [threading.Thread(target=work, name=f"t{i}") for i in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(name for name, _ in failures) == ["t0", "t1", "t2"]
