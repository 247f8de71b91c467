"""A pipeline of stages joined by SimpleQueues: each stage is a thread that works on the frames and passes them on."""

import queue
import sys
import threading


class Frame:
    def __init__(self, number: int, pixels: list[int]) -> None:
        self.number = number
        self.pixels = pixels
        self.history: list[str] = []
        self.checksum = 0


def blur(frame: Frame) -> None:
    pixels = frame.pixels
    for i in range(1, len(pixels) - 1):
        pixels[i] = (pixels[i - 1] + 2 * pixels[i] + pixels[i + 1]) // 4


def sharpen(frame: Frame) -> None:
    for i, pixel in enumerate(frame.pixels):
        frame.pixels[i] = min(255, pixel * 5 // 4 + frame.number % 3)


def total(frame: Frame) -> None:
    frame.checksum = sum(frame.pixels)


STAGES = [blur, sharpen, blur, total]


def stage(number: int, inbox: "queue.SimpleQueue[Frame | None]", outbox: "queue.SimpleQueue[Frame | None]") -> None:
    action = STAGES[number % len(STAGES)]
    while (frame := inbox.get()) is not None:
        action(frame)
        frame.history.append(action.__name__)
        outbox.put(frame)
    outbox.put(None)


def main(threads: int = 4, size: int = 100) -> int:
    queues: list[queue.SimpleQueue[Frame | None]] = [queue.SimpleQueue() for _ in range(threads + 1)]
    workers = [threading.Thread(target=stage, args=(i, queues[i], queues[i + 1])) for i in range(threads)]
    for worker in workers:
        worker.start()
    for number in range(150 * size):
        queues[0].put(Frame(number, [(number * 7 + i * 13) % 256 for i in range(60)]))
    queues[0].put(None)
    result = 0
    while (frame := queues[-1].get()) is not None:
        result += frame.checksum + sum(frame.pixels) + len(frame.history)
    for worker in workers:
        worker.join()
    return result


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:])))
