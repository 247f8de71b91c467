"""The page counter without shared state: each worker counts for itself, and the sum is taken when all have ended."""

import threading


class Worker(threading.Thread):
    def __init__(self, requests: int) -> None:
        super().__init__()
        self.requests = requests
        self.views = 0

    def run(self) -> None:
        for _ in range(self.requests):
            self.views += 1


def main() -> None:
    workers = [Worker(10_000) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{sum(worker.views for worker in workers)} views counted, 40000 served")


if __name__ == "__main__":
    main()
