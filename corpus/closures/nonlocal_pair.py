# case: nonlocal in two inner functions, one cell each guarded or not
import threading


def make():
    count = 0
    safe = 0
    lock = threading.Lock()

    def bump():
        nonlocal count, safe
        for _ in range(10):
            count += 1  # race: count lost-update
            with lock:
                safe += 1

    return bump


bump = make()
threads = [threading.Thread(target=f) for f in (bump, bump)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
