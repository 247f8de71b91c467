# case: creatures meet under a condition and change each other
import threading

COLORS = ("blue", "red", "yellow")


def complement(a, b):
    return a if a == b else next(c for c in COLORS if c not in (a, b))


class Mall:
    def __init__(self, meetings):
        self.left = meetings
        self.first = None
        self.cond = threading.Condition()

    def meet(self, creature):
        with self.cond:
            while True:
                if self.left == 0:
                    return False
                if self.first is None:
                    self.first = creature
                    creature.partner = None
                    while creature.partner is None and self.left:
                        self.cond.wait()
                    return creature.partner is not None
                other, self.first = self.first, None
                self.left -= 1
                color = complement(creature.color, other.color)
                creature.color = other.color = color
                creature.partner, other.partner = other, creature
                self.cond.notify_all()
                return True


class Creature(threading.Thread):
    def __init__(self, mall, color):
        super().__init__()
        self.mall, self.color, self.partner, self.met = mall, color, None, 0

    def run(self):
        while self.mall.meet(self):
            self.met += 1


mall = Mall(40)
creatures = [Creature(mall, color) for color in ("blue", "red", "yellow")]
for c in creatures:
    c.start()
for c in creatures:
    c.join()
assert sum(c.met for c in creatures) in (79, 80)
