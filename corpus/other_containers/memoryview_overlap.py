# case: two slices of a memoryview share one byte
import threading

data = bytearray(20)
view = memoryview(data)


def fill(lo, hi, value):
    part = view[lo:hi]
    for i in range(len(part)):
        part[i] = value  # race: byte


threads = [threading.Thread(target=fill, args=a) for a in ((0, 11, 1), (10, 20, 2))]
for t in threads:
    t.start()
for t in threads:
    t.join()
