# case: name, ident and daemon of a thread; results kept on the thread object
import threading


class Worker(threading.Thread):
    def __init__(self, number):
        super().__init__(name=f"worker-{number}", daemon=False)
        self.number = number
        self.result = None

    def run(self):
        me = threading.current_thread()
        assert me is self and me.name.startswith("worker")
        me.result = self.number * 2


workers = [Worker(n) for n in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
assert [w.result for w in workers] == [0, 2, 4] and all(w.ident for w in workers)
