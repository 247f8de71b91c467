"""The worker with a threading.Event: what was written before `set()` is visible to whoever finds the event set."""

import threading
import time


class Worker:
    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.reason = "none"
        self.rounds = 0

    def run(self) -> None:
        while not self.stopping.is_set():
            self.rounds += 1
        print(f"worker stopped ({self.reason})")

    def stop(self, reason: str) -> None:
        self.reason = reason
        self.stopping.set()


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
