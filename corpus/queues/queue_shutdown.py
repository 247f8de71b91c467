# case: Queue.shutdown() releases who waits
import queue
import threading

jobs = queue.Queue()
done = []


def work():
    try:
        while True:
            item = jobs.get()
            done.append(item["n"])
    except queue.ShutDown:
        return


thread = threading.Thread(target=work)
thread.start()
for n in range(5):
    jobs.put({"n": n})
jobs.shutdown()
thread.join()
assert done == [0, 1, 2, 3, 4]
