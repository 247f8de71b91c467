"""Functions that read and write one location, and what the read has to do with the write; see make_flow_fixtures.py."""

# ruff: noqa: F821
total = 0
CASES = []


def case(relation, read, write):
    """Expects the relation between the instructions that two selectors name."""

    def keep(function):
        CASES.append((function, relation, read, write))
        return function

    return keep


# ---- what is written was computed from what was read ----


@case("feeds", "LOAD_ATTR n", "STORE_ATTR n")
def augmented_attribute(self):
    self.n += 1


@case("feeds", "LOAD_GLOBAL total", "STORE_GLOBAL total")
def augmented_global():
    global total
    total += 1


@case("feeds", "BINARY_SUBSCR", "STORE_SUBSCR")
def augmented_item(table, key):
    table[key] += 1


@case("feeds", "CALL", "STORE_SUBSCR")
def get_plus_one(hits):
    hits["home"] = hits.get("home", 0) + 1


@case("feeds", "CALL #1", "CALL #2")
def set_of_get(counter):
    counter.set(counter.get() + 1)


@case("feeds", "LOAD_ATTR best", "STORE_ATTR best")
def through_a_function(self, value):
    self.best = max(self.best, value)


@case("feeds", "LOAD_ATTR n", "STORE_ATTR n")
def chosen_by_the_value(self):
    self.n = 7 if self.n > 3 else 5


@case("feeds", "LOAD_ATTR n", "STORE_ATTR n #2")
def chosen_in_the_other_arm(self):
    self.n = 7 if self.n > 3 else 5


@case("feeds", "LOAD_ATTR cache", "STORE_ATTR cache")
def or_else(self):
    self.cache = self.cache or dict()


@case("feeds", "CALL #1", "CALL #2")
def setattr_of_getattr(self, name):
    setattr(self, name, getattr(self, name) + 1)


@case("feeds", "BINARY_SUBSCR", "STORE_SUBSCR")
def comprehension_over_the_value(table):
    table["rows"] = [row + 1 for row in table["rows"]]


@case("feeds", "LOAD_DEREF n", "STORE_DEREF n #2")
def augmented_cell():
    n = 0

    def other():
        return n

    n += 1
    return other


@case("feeds", "LOAD_ATTR n", "STORE_ATTR n")
def in_a_with_block(self, lock):
    with lock:
        self.n = self.n - 1


@case("feeds", "BINARY_SLICE", "STORE_SLICE")
def slice_of_itself(rows):
    rows[1:3] = rows[0:2]


@case("feeds", "LOAD_ATTR n", "CALL_KW")
def keyword_argument(self):
    self.update(n=self.n + 1)


@case("feeds", "LOAD_ATTR n", "CALL_FUNCTION_EX")
def starred_argument(self):
    self.update(*[self.n])


@case("feeds", "LOAD_ATTR text", "STORE_ATTR text")
def formatted(self):
    self.text = f"{self.text}, {1:>3}"


# ---- the read decides whether the write happens ----


@case("tests", "CONTAINS_OP", "STORE_SUBSCR")
def missing_key(cache, key):
    if key not in cache:
        cache[key] = key * 2
    return cache[key]


@case("tests", "CALL", "STORE_SUBSCR")
def truth_of_get(table):
    if table.get("name"):
        table["name"] = "a"


@case("tests", "LOAD_ATTR owner", "STORE_ATTR owner")
def none_test(slot):
    if slot.owner is not None:
        slot.owner = "a"


@case("tests", "CALL #1", "CALL #2")
def length_then_append():
    if len(rows) > 0:
        rows.append(1)


@case("tests", "CALL #1", "CALL #2")
def call_then_call(self):
    if self.is_empty():
        self.items.append(1)


@case("tests", "TO_BOOL", "CALL")
def truth_then_pop(queue):
    if queue:
        queue.popleft()


@case("tests", "LOAD_GLOBAL total", "STORE_GLOBAL total")
def running_maximum(values):
    global total
    for value in values:
        if value > total:
            total = value


@case("tests", "LOAD_ATTR value", "STORE_ATTR value")
def through_a_local(self):
    known = self.value
    if known is None:
        known = self.value = object()
    return known


@case("tests", "LOAD_ATTR value", "STORE_ATTR value")
def early_return(self):
    if self.value is not None:
        return self.value
    made = object()
    self.value = made
    return made


@case("tests", "LOAD_ATTR n #1", "STORE_ATTR n")
def guarded_decrement(self):
    if self.n > 0 and self.ready:
        self.n -= 1


@case("feeds", "LOAD_ATTR n #2", "STORE_ATTR n")
def guarded_decrement_inside(self):
    if self.n > 0 and self.ready:
        self.n -= 1


@case("tests", "LOAD_ATTR a", "STORE_ATTR a")
def nested_tests(self):
    if self.a:
        for item in self.items:
            if item:
                self.a = item


@case("tests", "CALL", "STORE_SUBSCR")
def walrus(table, key):
    if (value := table.get(key)) is None:
        table[key] = 1
    return value


@case("tests", "BINARY_SUBSCR", "STORE_SUBSCR")
def handled(cache, key):
    try:
        return cache[key]
    except KeyError:
        cache[key] = 1


@case("tests", "LOAD_ATTR busy #1", "STORE_ATTR busy")
def spin_first_test(self):
    while self.busy:
        pass
    self.busy = True


@case("tests", "LOAD_ATTR busy #2", "STORE_ATTR busy")
def spin_again(self):
    while self.busy:
        pass
    self.busy = True


@case("tests", "LOAD_ATTR n", "STORE_ATTR n")
def endless_loop(self):
    while True:
        if self.n:
            self.n = 0


@case("tests", "LOAD_ATTR state", "STORE_ATTR state")
def match_statement(self):
    match self.state:
        case "new":
            self.state = "old"
        case _:
            pass


@case("tests", "LOAD_ATTR live", "STORE_ATTR live")
def loop_condition(self):
    while self.live:
        self.live = False


@case("raises", "LOAD_ATTR closed", "LOAD_ATTR closed")
def check_open(self):
    if self.closed:
        raise ValueError("closed")


# ---- neither ----


@case("none", "CALL", "STORE_ATTR closed")
def call_then_store(self):
    self.check_open()
    self.closed = True


@case("none", "LOAD_ATTR n", "STORE_ATTR n")
def unrelated_statements(self):
    print(self.n)
    self.n = 5


@case("none", "BINARY_SUBSCR", "STORE_SUBSCR")
def split_increment(prices):
    old = prices["tea"]
    new = old + old // 10
    prices["tea"] = new


@case("none", "LOAD_ATTR n", "STORE_ATTR n")
def test_beside(self):
    if self.n:
        print("set")
    self.n = 5


@case("none", "LOAD_ATTR n", "STORE_ATTR n")
def other_test(self, flag):
    seen = self.n
    if flag:
        self.n = 5
    return seen


@case("none", "LOAD_ATTR items", "STORE_ATTR items")
def iterated_then_replaced(self):
    for item in self.items:
        print(item)
    self.items = []


@case("none", "LOAD_ATTR n", "STORE_ATTR n")
def read_after_raise_elsewhere(self):
    try:
        print(self.n)
    finally:
        self.n = 0


@case("none", "BINARY_SUBSCR #1", "STORE_SUBSCR #2")
def swapped(pair):
    pair[0], pair[1] = pair[1], pair[0]


@case("none", "LOAD_ATTR n", "STORE_ATTR n")
def loop_beside(self, values):
    if self.n:
        for value in values:
            print(value)
    self.n = 1


@case("none", "LOAD_ATTR level", "STORE_ATTR level")
def asserted(self):
    for level in range(10):
        self.level = level
        assert 0 <= self.level < 10 or self.other, "out of range"


@case("tests", "LOAD_ATTR n", "STORE_ATTR n")
def assertion_inside_a_test(self):
    if self.n:
        assert self.other
        self.n = 0


@case("none", "LOAD_ATTR a", "STORE_ATTR a")
def later_branch(self, flag):
    if self.a:
        print("a")
    if flag:
        self.a = 1
