"""The running agent, as the rest of the package sees it."""


class Core:
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


core: Core | None = None
"""Set once by ``_start`` before any code of the program runs, immutable afterwards; None where no agent runs."""
