# case: frozen dataclasses and dataclasses with slots, each made by one thread and read by all after join
import threading
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Config:
    name: str
    size: int = 3


@dataclass(slots=True)
class Box:
    items: list = field(default_factory=list)
    total: int = 0


base = Config("a")
boxes = [Box() for _ in range(3)]


def work(index):
    config = replace(base, size=index)
    box = boxes[index]
    for number in range(10):
        box.items.append(number)
        box.total += number
    assert hash(config) == hash(Config("a", index)) and config != base or index == 3


threads = [threading.Thread(target=work, args=(index,)) for index in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert boxes[0] == boxes[1] == boxes[2]
