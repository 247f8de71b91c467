"""One dict of many keys, all there before the threads start; each thread updates the keys of its own users."""

import sys
import threading


def update(scores: dict[str, int], worker: int, threads: int, users: int, rounds: int) -> None:
    for turn in range(rounds):
        for user in range(worker, users, threads):
            key = f"user{user}"
            scores[key] = (scores[key] * 3 + turn + user) % 10007


def main(threads: int = 4, size: int = 100) -> int:
    users = 1000 * size
    scores = {f"user{i}": i % 100 for i in range(users)}
    workers = [threading.Thread(target=update, args=(scores, i, threads, users, 10)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(scores.values())


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
