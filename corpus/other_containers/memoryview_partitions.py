# case: slices of one array that do not overlap, and struct.pack_into side by side
import array
import struct
import threading

N = 64
samples = array.array("i", range(N))
view = memoryview(samples)
header = bytearray(32)
totals = [0] * 4


def part(k):
    mine = view[k * 16 : (k + 1) * 16]
    for i in range(len(mine)):
        mine[i] *= 2
    mine[0:4] = array.array("i", [k] * 4)
    totals[k] = sum(mine)
    struct.pack_into("<q", header, k * 8, totals[k])


threads = [threading.Thread(target=part, args=(k,)) for k in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert list(struct.unpack("<4q", header)) == totals
