# case: PriorityQueue and LifoQueue hand over, with task_done and join
import queue
import threading


class Job:
    def __init__(self, number):
        self.number = number
        self.result = None

    def __lt__(self, other):
        return self.number < other.number


jobs = queue.PriorityQueue()
results = queue.LifoQueue()


def work():
    while True:
        job = jobs.get()
        if job.number == 99:
            return
        job.result = job.number * 2
        results.put(job)
        jobs.task_done()


made = [Job(n) for n in range(6)]
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for job in made:
    jobs.put(job)
jobs.join()
assert [job.result for job in made] == [0, 2, 4, 6, 8, 10]
for _ in threads:
    jobs.put(Job(99))
for thread in threads:
    thread.join()
