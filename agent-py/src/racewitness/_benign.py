"""The ``benign`` annotation. It imports nothing: what a program finds in ``sys.modules`` must not change."""

from racewitness import _agent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SUSPENDABLE = 0x20 | 0x80 | 0x200
"""Code that can stop in the middle (``Include/cpython/code.h``: CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR)."""

_COPIED = ("__module__", "__name__", "__qualname__", "__doc__", "__type_params__", "__annotations__")
"""What a decorated function takes over from the original (as ``functools.WRAPPER_ASSIGNMENTS``)."""


class benign:  # noqa: N801 - it is used like a keyword
    """Say that the accesses of the calling thread in a block or function are meant to race, and why.

    ``with benign("statistics may be off by a few"):`` or ``@benign("...")``. The reason is mandatory.
    """

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        if not isinstance(reason, str) or not reason.strip():
            raise TypeError("racewitness.benign() needs a reason: a non-empty text")
        self.reason = reason

    def __enter__(self) -> None:
        if _agent.core is not None:
            _agent.core.benign_begin(self.reason)

    def __exit__(self, *exc_info: object) -> None:
        if _agent.core is not None:
            _agent.core.benign_end()

    def __call__[**P, R](self, function: "Callable[P, R]") -> "Callable[P, R]":
        """Decorate a plain function; without the agent the function itself is returned."""
        code = getattr(function, "__code__", None)
        if code is not None and code.co_flags & _SUSPENDABLE:
            raise TypeError(
                "racewitness.benign() decorates plain functions; within generators use it in a with statement"
            )
        if _agent.core is None:
            return function

        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return function(*args, **kwargs)

        for name in _COPIED:
            if hasattr(function, name):
                setattr(wrapper, name, getattr(function, name))
        wrapper.__dict__.update(getattr(function, "__dict__", {}))
        wrapper.__dict__["__wrapped__"] = function
        return wrapper
