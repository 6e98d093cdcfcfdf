"""The engine of a device that is asked: its identity, and the clock by which it takes questions.

Nothing that is not signed is believed of it, but it may be acted upon: a clock that somebody made
up is put right by the report that it provokes, an engine that is not there refuses our digest.
"""

from collections.abc import Callable

from numlycee_agent.snmp.usm.envelope import WINDOW

_WORN_OUT = 2**31 - 1
"""The boots of an engine that has none left, and takes no signed question any more."""

_NAME_OCTETS = range(1, 33)  # RFC 3411 wants five at least; some devices do with fewer


class Authority:
    """What is known of one engine; `name` is empty before it is discovered."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.name = b""
        self._monotonic = monotonic
        self._boots = 0
        self._began = 0.0
        self._proven = False

    @property
    def clock(self) -> tuple[int, int]:
        """Return the boots and seconds of the engine, as far as we know."""
        return self._boots, max(0, int(self._monotonic() - self._began))

    def discover(self, name: bytes, clock: tuple[int, int]) -> bool:
        """Take an engine for the one to ask, if that is a name; its clock is not proven."""
        if len(name) not in _NAME_OCTETS:
            return False
        self.name = name
        self.set(clock, proven=False)
        return True

    def set(self, clock: tuple[int, int], *, proven: bool) -> None:
        """Take this for the clock of the engine."""
        self._boots, self._began = clock[0], self._monotonic() - clock[1]
        self._proven = proven

    def follow(self, clock: tuple[int, int]) -> bool:
        """Follow the clock of a signed answer, unless it is in the past (RFC 3414 §3.2.7 b)."""
        boots, began = clock[0], self._monotonic() - clock[1]
        past = boots < self._boots or (boots == self._boots and began > self._began + WINDOW)
        if boots == _WORN_OUT or (self._proven and past):
            return False
        self._boots, self._began, self._proven = boots, began, True
        return True

    def forget(self) -> None:
        """Have it discovered again."""
        self.name = b""
