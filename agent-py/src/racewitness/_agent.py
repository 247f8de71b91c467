"""The running agent, as the rest of the package sees it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Core(Protocol):
    """The functions of the C core that annotations call, for their types; ``core`` is the C module itself."""

    def active(self) -> bool:
        """Tell whether accesses are being recorded."""
        raise NotImplementedError

    def happens_before(self, channel: object, /) -> None:
        """Record a SIGNAL on the channel."""
        raise NotImplementedError

    def happens_after(self, channel: object, /) -> None:
        """Record an OBSERVE on the channel."""
        raise NotImplementedError

    def note(self, kind: int, text: str, /) -> None:
        """Write a NOTE record."""
        raise NotImplementedError

    def test(self, id: str | None, /) -> None:
        """Set the test that processes belong to which this one starts from here on."""
        raise NotImplementedError

    def benign_begin(self, why: str, /) -> None:
        """Begin a benign block of the calling thread."""
        raise NotImplementedError

    def benign_end(self) -> None:
        """End the innermost benign block of the calling thread."""
        raise NotImplementedError


core: Core | None = None
"""Set once by ``_start`` before any code of the program runs, immutable afterwards; None where no agent runs."""
