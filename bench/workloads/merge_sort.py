"""Merge sort of one shared list: each thread sorts its part, then fewer and fewer threads merge neighbouring parts."""

import sys
import threading


def merge(values: list[int], scratch: list[int], first: int, middle: int, last: int) -> None:
    left, right = first, middle
    for at in range(first, last):
        if left < middle and (right >= last or values[left] <= values[right]):
            scratch[at] = values[left]
            left += 1
        else:
            scratch[at] = values[right]
            right += 1
    for at in range(first, last):
        values[at] = scratch[at]


def sort(values: list[int], scratch: list[int], first: int, last: int) -> None:
    if last - first > 1:
        middle = (first + last) // 2
        sort(values, scratch, first, middle)
        sort(values, scratch, middle, last)
        merge(values, scratch, first, middle, last)


def run(workers: list[threading.Thread]) -> None:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def main(threads: int = 4, size: int = 100) -> int:
    length = 800 * size
    values = [i * 7919 % 100003 for i in range(length)]
    scratch = [0] * length
    cuts = [length * i // threads for i in range(threads + 1)]
    run([threading.Thread(target=sort, args=(values, scratch, cuts[i], cuts[i + 1])) for i in range(threads)])
    width = 1
    while width < threads:
        run(
            [
                threading.Thread(
                    target=merge,
                    args=(values, scratch, cuts[i], cuts[i + width], cuts[min(i + 2 * width, threads)]),
                )
                for i in range(0, threads - width, 2 * width)
            ]
        )
        width *= 2
    assert all(values[i - 1] <= values[i] for i in range(1, length))
    return sum(i % 31 * value for i, value in enumerate(values))


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
