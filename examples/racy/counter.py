"""Worker threads count page views in a module-level variable.

Under the GIL `views += 1` loses an update once in a blue moon; on a free-threaded build it does so all the time.
"""

import threading

views = 0


def serve(requests: int) -> None:
    global views
    for _ in range(requests):
        views += 1


def main() -> None:
    workers = [threading.Thread(target=serve, args=(10_000,)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"{views} views counted, 40000 served")


if __name__ == "__main__":
    main()
