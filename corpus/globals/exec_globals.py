# case: code compiled from a string stores and reads names of one namespace
import threading

space = {"count": 0, "other": 0}
bump = compile("count += 1", "<string>", "exec")


def work():
    for _ in range(5):
        exec(bump, space)  # race: count


def own():
    exec("other = 5", space)


threads = [threading.Thread(target=f) for f in (work, work, own)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
