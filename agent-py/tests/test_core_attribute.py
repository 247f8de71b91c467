"""Attributes: which object holds the attribute that a line names, and which lines access none."""

from collector import FakeCollector
from core_trace import check, run_traced


def test_instances(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
class Point:
    total = 0
    limit = 9
    def __init__(self):
        self.x = 1                  #: ...
    def move(self):
        self.x += 1                 #: ...
class Sub(Point):
    def move(self):
        super().move()              #: READ cell __class__; READ class Point move
        super(Sub, self).move()     #: READ module app Sub; READ class Point move
    def total_of_super(self):
        return super().total        #: READ cell __class__; READ class Point total
class Slots:
    __slots__ = ("a", "__dict__")
class Bare:
    __slots__ = ("a",)

def instance(p):
    p.x                             #: READ Point x
    p.y = 2                         #: WRITE Point y
    del p.y                         #: DELETE Point y
    try:
        p.y                         #: READ Point y
    except AttributeError:
        pass
    p.move()                        #: READ class Point move
    bound = p.move                  #: READ class Point move
    bound()
def default(p):
    p.limit                         #: READ class Point limit; READ Point limit
    p.limit = 4                     #: WRITE Point limit
    p.limit                         #: READ Point limit
    p.total += 1                    #: READ class Point total; READ Point total; WRITE Point total
def inherited(s):
    s.x                             #: READ Sub x
    s.limit                         #: READ class Point limit; READ class Sub limit; READ Sub limit
    s.move()                        #: READ class Sub move
    s.total_of_super()              #: READ class Sub total_of_super
    super(Sub, s).limit             #: READ module app Sub; READ class Point limit
def slots(s, b):
    s.a = 1                         #: WRITE Slots a
    s.a                             #: READ Slots a
    s.other = 2                     #: WRITE Slots other
    s.other                         #: READ Slots other
    del s.a                         #: DELETE Slots a
    b.a = 1                         #: WRITE Bare a
    try:
        b.nothing
    except AttributeError:
        pass
def classes(p, cls):
    cls.total = 3                   #: WRITE class Point total
    cls.total                       #: READ class Point total
    type(p).total += 1              #: READ class Point total; WRITE class Point total
    p.__class__.total               #: READ class Point total
    cls.new = 1                     #: WRITE class Point new
    del cls.new                     #: DELETE class Point new
    try:
        cls.new                     #: READ class Point new
    except AttributeError:
        pass
def sub_class(cls):
    cls.limit                       #: READ class Sub limit; READ class Point limit
    cls.limit = 1                   #: WRITE class Sub limit
    cls.limit                       #: READ class Sub limit
instance(Point())
default(Point())
s = Sub()
s.move = None
del s.move
inherited(s)
slots(Slots(), Bare())
classes(Point(), Point)
sub_class(Sub)
""",
    )


def test_hooks_in_python(collector: FakeCollector, agent_path: str) -> None:
    """A property or a hook written in Python is a call: what it does inside is what counts."""
    check(
        collector,
        agent_path,
        """
class Property:
    @property
    def value(self):
        return self._value          #: READ Property _value
    @value.setter
    def value(self, new):
        self._value = new           #: WRITE Property _value
    @value.deleter
    def value(self):
        del self._value             #: DELETE Property _value
class Descriptor:
    def __get__(self, instance, owner):
        return instance.kept        #: READ Described kept
    def __set__(self, instance, value):
        instance.kept = value       #: WRITE Described kept
class NonData:
    def __get__(self, instance, owner):
        return 4
class Described:
    field = Descriptor()
    soft = NonData()
class GetAttr:
    def __getattr__(self, name):
        return name
class GetAttribute:
    def __getattribute__(self, name):
        return object.__getattribute__(self, name)  #: READ GetAttribute plain
class SetAttr:
    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)       #: WRITE SetAttr plain
    def __delattr__(self, name):
        super().__delattr__(name)                   #: READ cell __class__; DELETE SetAttr plain
def properties(p):
    p.value = 1
    p.value
    del p.value
def descriptors(d):
    d.field = 1
    d.field
    d.soft                          #: READ class Described soft
def hooks(a, b, c):
    a.found = 1                     #: WRITE GetAttr found
    a.found                         #: READ GetAttr found
    a.missing                       #: READ GetAttr missing
    b.plain = 1                     #: WRITE GetAttribute plain
    b.plain
    c.plain = 1
    c.plain                         #: READ SetAttr plain
    del c.plain
properties(Property())
descriptors(Described())
hooks(GetAttr(), GetAttribute(), SetAttr())
""",
    )


def test_functions_modules_and_names(collector: FakeCollector, agent_path: str) -> None:
    check(
        collector,
        agent_path,
        """
import sys, threading
limit = 1
def counted():
    pass
class Named: pass
def functions(f):
    f.calls = 0                     #: WRITE function counted calls
    f.calls += 1                    #: READ function counted calls; WRITE function counted calls
    del f.calls                     #: DELETE function counted calls
    f.__name__
def modules(app):
    app.limit                       #: READ module app limit
    app.limit = 2                   #: WRITE module app limit
    app.fresh = 1                   #: WRITE module app fresh
    del app.fresh                   #: DELETE module app fresh
    try:
        app.fresh                   #: READ module app fresh
    except AttributeError:
        pass
def computed(p, n):
    setattr(p, n + "1", 1)          #: WRITE Named name1
    getattr(p, n + "1")             #: READ Named name1
    hasattr(p, n + "1")             #: READ Named name1
    getattr(p, n + "2", None)       #: READ Named name2
    hasattr(p, n + "2")             #: READ Named name2
    delattr(p, n + "1")             #: DELETE Named name1
    setattr(p, "caf\\u00e9 \\u6f22 x", 1)   #: WRITE Named caf\u00e9 \u6f22 x
    setattr(p, "", 1)               #: WRITE Named
    setattr(p, "a\\nb", 1)          #: ...
    setattr(p, "z" * 5000, 1)       #: ...
    setattr(p, "\\udc80", 1)        #: WRITE Named \\udc80
def aliases(p):
    p.x = 1                         #: WRITE Named x
    vars(p)["x"]                    #: READ Named x
    p.__dict__["x"] = 2             #: WRITE Named x
    p.__dict__["new"] = 2           #: INSERT Named new
    del p.__dict__["new"]           #: REMOVE Named new
    d = p.__dict__
    d["x"]                          #: READ Named x
    d.get("x")                      #: READ Named x
    "x" in d                        #: READ Named x
    len(d)                          #: SHAPE_READ Named
    p.x                             #: READ Named x
    globals()["limit"]              #: READ module app limit
    globals()["limit"] = 7          #: WRITE module app limit
    vars(sys.modules["app"])["limit"]       #: ...
def thread_local(local):
    local.x = 1
    local.x
    del local.x
sys.modules["app"] = sys.modules["__main__"]
functions(counted)
modules(sys.modules["__main__"])
computed(Named(), "name")
aliases(Named())
thread_local(threading.local())
""",
    )


def test_library_made_classes(collector: FakeCollector, agent_path: str) -> None:
    """What generated code does is done on the application's line."""
    trace = check(
        collector,
        agent_path,
        """
import collections, dataclasses, enum, typing
@dataclasses.dataclass
class Data:
    x: int
@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    x: int
class Color(enum.Enum):
    RED = 1
    GREEN = 2
Row = collections.namedtuple("Row", "a b")
class Typed(typing.NamedTuple):
    a: int
class Meta(type):
    level = 1
    @property
    def computed(cls):
        return cls._hidden          #: READ class WithMeta _hidden
class WithMeta(metaclass=Meta):
    _hidden = 1
def data():
    d = Data(1)                     #: READ module app Data; WRITE Data x in __create_fn__.<locals>.__init__
    d.x                             #: READ Data x
    d.y = 3                         #: WRITE Data y
def frozen(f):
    f.x                             #: READ Frozen x
    f == f                          #: ...
def enums(c):
    c.RED                           #: READ class Color RED
def tuples(r, t):
    r.a
    r.b
    t.a
def meta(cls):
    cls.level                       #: ...
    cls.computed
    cls.fresh = 1                   #: WRITE class WithMeta fresh
    cls.fresh                       #: READ class WithMeta fresh
data()
frozen(Frozen(1))
enums(Color)
tuples(Row(1, 2), Typed(1))
meta(WithMeta)
""",
    )
    (init,) = [code for code in trace.codes.values() if code.function.endswith("__create_fn__.<locals>.__init__")][:1]
    assert init.generated
    assert not init.application


def test_failing_names_are_reads_and_say_nothing(collector: FakeCollector, agent_path: str) -> None:
    run = run_traced(
        collector,
        agent_path,
        """
class Empty: pass
e = Empty()
for n in range(3):
    try:
        e.nothing
    except AttributeError as error:
        print(error.name, error.obj is e)
""",
    )
    assert run.output == "nothing True\n" * 3
    assert [str(a) for a in run.accesses if a.name == "Empty"] == ["READ Empty nothing"] * 3
