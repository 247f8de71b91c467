"""Globals and closure cells."""

from collector import FakeCollector
from core_trace import check, run_traced


def test_globals(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
import app_settings
count = 0                           #: INSERT module app count
count                               #: READ module app count
del count                           #: DELETE module app count
len("abc")
count = 0                           #: INSERT module app count
def use():
    global count, made
    count                           #: READ module app count
    count += 1                      #: READ module app count; WRITE module app count
    made = 1                        #: INSERT module app made
    del made                        #: DELETE module app made
    try:
        made                        #: READ module app made
    except NameError:
        pass
    try:
        del made                    #: DELETE module app made
    except NameError:
        pass
    len("abc")
    int("4")
def foreign():
    app_settings.level              #: READ module app app_settings; READ module app_settings level
    app_settings.level = 3          #: READ module app app_settings; WRITE module app_settings level
    from app_settings import level  #: READ module app_settings level
def shadowed():
    global len
    len = str                       #: INSERT module app len
    len("abc")                      #: READ module app len
    del len                         #: DELETE module app len
    len("abc")
use()                               #: READ module app use
foreign()                           #: READ module app foreign
shadowed()                          #: READ module app shadowed
class Body:                         #: ...
    own = 1
    own
    count                           #: READ module app count
    copy = own
    del own
    def method(self): pass
    global made_there
    made_there = 1                  #: INSERT module app made_there
    lines = [own for own in (1, 2)]
""",
        modules={"app_settings": "level = 1\ndef __getattr__(name): raise AttributeError(name)\n"},
    )


def test_cells(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
def counter():
    count = 0                       #: WRITE cell count
    def bump():
        nonlocal count
        count += 1                  #: READ cell count; WRITE cell count
        return count                #: READ cell count
    def drop():
        nonlocal count
        del count                   #: DELETE cell count
    bump()
    drop()
    try:
        count                       #: READ cell count
    except NameError:
        pass
def argument(given):
    given = given + 1               #: READ cell given; WRITE cell given
    return lambda: given            #: READ cell given
def comprehension(rows):
    return [lambda: row for row in rows]    #: ...
def generator():
    held = 0                        #: WRITE cell held
    def steps():
        nonlocal held
        for i in range(2):
            held += i               #: READ cell held; WRITE cell held; READ cell held; WRITE cell held
            yield i
    for _ in steps():
        held                        #: READ cell held; READ cell held
def class_body():
    scale = 2                       #: WRITE cell scale
    class Scaled:                   #: READ module app __name__
        value = scale               #: READ cell scale
        def method(self):
            return scale            #: READ cell scale
    Scaled().method()               #: READ class class_body.<locals>.Scaled method
def typed[T](x: T) -> T:
    return x
counter()
argument(1)()
[f() for f in comprehension([1, 2])]
generator()
class_body()
typed(1)
""",
    )


def test_exec_and_eval(collector: FakeCollector, agent_path: str) -> None:
    """A namespace of exec's own is a module's namespace; code compiled from text is done by the line that runs it."""
    run = run_traced(
        collector,
        agent_path,
        """
shared = 1
def own():
    space = {"__name__": "plugin", "n": 0}
    exec("n += 1", space)
    exec("def f(): return n", space)
    return space["f"]()
def ours():
    exec("shared += 1", globals())
    return eval("shared")
def with_locals():
    exec("a = 1; b = a", {"__name__": "plugin"}, {})
print(own(), ours(), with_locals())
""",
    )
    assert run.output == "1 2 None\n"
    by_function: dict[str, list[str]] = {}
    for access in run.accesses:
        by_function.setdefault(access.frame.code.function, []).append(str(access))
    assert by_function["own"][:3] == [
        "READ module plugin n in <module>",
        "WRITE module plugin n in <module>",
        "INSERT module plugin f in <module>",
    ]
    assert by_function["own"][-1] == "READ module plugin n in f"
    assert by_function["ours"] == [
        "READ module app shared in <module>",
        "WRITE module app shared in <module>",
        "READ module app shared in <module>",
    ]
    assert [access.removesuffix(" in <module>") for access in by_function["with_locals"]] == [
        "INSERT dict 'a'",
        "READ dict 'a'",
        "INSERT dict 'b'",
    ]


def test_failing_look_up_is_as_untraced(collector: FakeCollector, agent_path: str) -> None:
    run = run_traced(
        collector,
        agent_path,
        """
import traceback
def f():
    return missing_name
try:
    f()
except NameError as error:
    print(error, error.name, error.__context__, len(traceback.extract_tb(error.__traceback__)))
""",
    )
    assert run.output == "name 'missing_name' is not defined missing_name None 2\n"
    assert [str(a) for a in run.accesses if a.frame.code.function == "f"] == ["READ module app missing_name"]
