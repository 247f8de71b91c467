# case: as_completed, wait and map order results; exceptions carry their object
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait


class Failed(Exception):
    def __init__(self, box):
        super().__init__("failed")
        self.box = box


def work(box):
    box["n"] += 1
    if box["n"] == 3:
        raise Failed(box)
    return box


boxes = [{"n": n} for n in range(4)]
with ThreadPoolExecutor(3) as pool:
    futures = [pool.submit(work, box) for box in boxes]
    for future in as_completed(futures):
        error = future.exception()
        box = error.box if error else future.result()
        box["n"] += 10
    again = [pool.submit(work, box) for box in boxes]
    done, pending = wait(again)
    assert not pending
    for box in boxes:
        box["n"] += 100
assert sorted(box["n"] for box in boxes) == [112, 113, 114, 115]
