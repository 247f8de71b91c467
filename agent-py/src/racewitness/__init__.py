"""Annotations for programs that racewitness observes.

A program may import this package and call these functions whether it is observed or not: without the agent they do
nothing. The agent itself is started by ``racewitness run``, never by importing the package.
"""

from racewitness import _agent
from racewitness._benign import benign

__all__ = ["__version__", "active", "benign", "happens_after", "happens_before"]

__version__ = "0.1.0"


def active() -> bool:
    """Tell whether the agent observes this process at this moment."""
    core = _agent.core
    return core is not None and core.active()


def happens_before(channel: object) -> None:
    """Order what this thread has done so far before what follows a later ``happens_after(channel)`` in any thread.

    For synchronisation that the agent cannot see: a pipe, a socket, a lock of a C library. The channel is the object
    itself, not its value.
    """
    core = _agent.core
    if core is not None:
        core.happens_before(channel)


def happens_after(channel: object) -> None:
    """Order what this thread does from here on after every earlier ``happens_before(channel)``."""
    core = _agent.core
    if core is not None:
        core.happens_after(channel)
