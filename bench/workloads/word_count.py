"""Word counts: each thread counts its texts in a dict of its own and merges it into the shared one under a lock."""

import sys
import threading

SYLLABLES = ["ka", "lo", "mi", "ne", "ru", "ta", "vo", "xi"]


def text(number: int) -> str:
    words = []
    for i in range(200):
        value = (number * 211 + i * i * 7) % 4096
        words.append(SYLLABLES[value % 8] + SYLLABLES[value // 8 % 8] + SYLLABLES[value // 64 % 8])
    return " ".join(words)


def count(first: int, last: int, totals: dict[str, int], lock: threading.Lock) -> None:
    counts: dict[str, int] = {}
    for number in range(first, last):
        for word in text(number).split():
            counts[word] = counts.get(word, 0) + 1
        if number % 50 == 49 or number == last - 1:
            with lock:
                for word, times in counts.items():
                    totals[word] = totals.get(word, 0) + times
            counts = {}


def main(threads: int = 4, size: int = 100) -> int:
    totals: dict[str, int] = {}
    lock = threading.Lock()
    texts = 50 * size
    cuts = [texts * i // threads for i in range(threads + 1)]
    workers = [threading.Thread(target=count, args=(cuts[i], cuts[i + 1], totals, lock)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(len(word) * times * (times % 17) for word, times in totals.items())


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
