"""Longer and longer runs of one program: jobs made, handed through a queue, worked on and dropped."""

import queue
import sys
import threading

THREADS = 4
JOBS = 9000


class Job:
    def __init__(self, number: int) -> None:
        self.number = number
        self.steps = [0] * 8
        self.total = 0


def work(jobs: "queue.Queue[Job | None]", results: list[int], worker: int) -> None:
    while (job := jobs.get()) is not None:
        for i in range(len(job.steps)):
            job.steps[i] = job.number * i % 17
            job.total += job.steps[i]
        results[worker] += job.total


def main(times: int) -> int:
    jobs: queue.Queue[Job | None] = queue.Queue(maxsize=100)
    results = [0] * THREADS
    workers = [threading.Thread(target=work, args=(jobs, results, i)) for i in range(THREADS)]
    for worker in workers:
        worker.start()
    for number in range(times * JOBS):
        jobs.put(Job(number))
    for _ in workers:
        jobs.put(None)
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(int(sys.argv[1])))
