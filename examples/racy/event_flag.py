"""A worker is told to stop by a plain attribute.

The flag itself arrives sooner or later, but nothing orders what was written beside it: the worker may see `stopping`
and still print the reason of before.
"""

import threading
import time


class Worker:
    def __init__(self) -> None:
        self.stopping = False
        self.reason = "none"
        self.rounds = 0

    def run(self) -> None:
        deadline = time.monotonic() + 1.0
        while not self.stopping and time.monotonic() < deadline:
            self.rounds += 1
        print(f"worker stopped ({self.reason})")

    def stop(self, reason: str) -> None:
        self.reason = reason
        self.stopping = True


def main() -> None:
    worker = Worker()
    thread = threading.Thread(target=worker.run, name="worker")
    thread.start()
    time.sleep(0.05)
    worker.stop("end of day")
    thread.join()
    print("more than one round:", worker.rounds > 1)


if __name__ == "__main__":
    main()
