# case: Condition() on its own RLock, notify_all, wait_for, re-entered
import threading

condition = threading.Condition()
queue = []
done = [0, 0]


def consume(index):
    while True:
        with condition, condition:
            condition.wait_for(lambda: queue)
            item = queue.pop(0)
            if item is None:
                return
            done[index] += item


def produce():
    for n in range(6):
        with condition:
            queue.append(n)
            condition.notify()
    with condition:
        queue.extend([None, None])
        condition.notify_all()


threads = [threading.Thread(target=produce)] + [threading.Thread(target=consume, args=(i,)) for i in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sum(done) == 15
