"""String work: log lines made, split, matched, normalised and put together again."""

import re
import sys
import threading

LINE = re.compile(r"(?P<host>[\w.]+) - (?P<user>\w+) \[(?P<second>\d+)\] (?P<path>/\S*) (?P<status>\d{3})")


class Entry:
    def __init__(self, match: re.Match[str]) -> None:
        self.host = match["host"].lower()
        self.user = match["user"].strip("_").title()
        self.path = "/".join(part for part in match["path"].split("/") if part)
        self.status = int(match["status"])

    def text(self) -> str:
        return f"{self.host}:{self.user}:{self.path.replace('index', '')}:{self.status}"


def digest(worker: int, lines: int, results: list[int]) -> None:
    total = 0
    for i in range(lines):
        line = f"Host{i % 50}.Example.org - _user{worker}_ [{i}] /a/b{i % 9}//index.html {200 + i % 4}"
        match = LINE.match(line)
        if match is not None:
            text = Entry(match).text()
            total += len(text) + text.count("e") + text.encode()[-1]
    results[worker] = total


def main(threads: int = 4, size: int = 100) -> int:
    results = [0] * threads
    workers = [threading.Thread(target=digest, args=(i, 600 * size, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
