"""A parser of small messages made of generators, with exceptions for the bad ones, one message in five."""

import sys
import threading
from collections.abc import Iterator


class ParseError(Exception):
    def __init__(self, position: int) -> None:
        super().__init__(f"unexpected character at {position}")
        self.position = position


class Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def tokens(self) -> Iterator[str]:
        while self.position < len(self.text):
            character = self.text[self.position]
            if character == "?":
                raise ParseError(self.position)
            self.position += 1
            if character != " ":
                yield character

    def numbers(self) -> Iterator[int]:
        for token in self.tokens():
            if token.isdigit():
                yield int(token)

    def pairs(self) -> Iterator[int]:
        last = 0
        for number in self.numbers():
            yield last * 10 + number
            last = number


def parse(worker: int, messages: int, results: list[int]) -> None:
    total, failed = 0, 0
    for i in range(messages):
        text = f"a{i} b{i * 7} {'?' if i % 5 == 0 else '+'} c{worker} 9"
        try:
            for number in Parser(text).pairs():
                total += number
        except ParseError as error:
            failed += error.position
    results[worker] = total + failed


def main(threads: int = 4, size: int = 100) -> int:
    results = [0] * threads
    workers = [threading.Thread(target=parse, args=(i, 160 * size, results)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(results)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
