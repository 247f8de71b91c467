# case: two buffers change places between events that are set and cleared
import threading


class DoubleBuffer:
    def __init__(self):
        self.front, self.back = [], []
        self.filled = threading.Event()
        self.drained = threading.Event()
        self.drained.set()


buffers = DoubleBuffer()
received = []


def producer():
    for n in range(6):
        buffers.back.append(n)
        buffers.back.append(-n)
        buffers.drained.wait()
        buffers.drained.clear()
        buffers.front, buffers.back = buffers.back, buffers.front
        buffers.filled.set()


def consumer():
    for n in range(6):
        buffers.filled.wait()
        buffers.filled.clear()
        received.extend(buffers.front)
        buffers.front.clear()
        buffers.drained.set()


threads = [threading.Thread(target=f) for f in (producer, consumer)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert sum(received) == 0 and len(received) == 12
