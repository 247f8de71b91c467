# case: deques of workers that steal from each other, each under its lock
import collections
import threading


class Worker(threading.Thread):
    def __init__(self, number, crew):
        super().__init__(name=f"worker-{number}")
        self.number = number
        self.crew = crew
        self.tasks = collections.deque()
        self.lock = threading.Lock()
        self.done = []

    def take(self):
        with self.lock:
            return self.tasks.pop() if self.tasks else None

    def steal(self):
        for victim in self.crew:
            if victim is not self:
                with victim.lock:
                    if victim.tasks:
                        return victim.tasks.popleft()
        return None

    def run(self):
        while True:
            task = self.take()
            if task is None:
                task = self.steal()
            if task is None:
                return
            self.done.append(task["n"])
            task["by"] = self.number
            for child in task.pop("children", ()):
                with self.lock:
                    self.tasks.append(child)


crew = []
for number in range(3):
    crew.append(Worker(number, crew))
jobs = []
for n in range(12):
    job = {"n": n, "children": [{"n": 100 + n}]}
    jobs.append(job)
    crew[0].tasks.append(job)
for worker in crew:
    worker.start()
for worker in crew:
    worker.join()
done = sorted(n for worker in crew for n in worker.done)
assert done == sorted(list(range(12)) + list(range(100, 112)))
assert all("by" in job for job in jobs)
