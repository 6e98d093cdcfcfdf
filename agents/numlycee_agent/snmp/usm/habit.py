"""How an engine spells the envelopes of its answers, so that the next one is read in one stroke."""

from typing import Any

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.recall import Shape
from numlycee_agent.snmp.usm.envelope import Envelope, Opened


class Habit:
    """The envelope of one answer, as the shape of those to come."""

    __slots__ = ("_before", "_length", "_opened", "_shape", "_user")

    def __init__(self, opened: Opened, data: bytes) -> None:
        _, whole, _ = ber.element(data, 0, len(data))
        _, _, header = ber.element(data, whole, opened.end)
        _, identifier, after = ber.element(data, header, opened.end)
        _, identifier, end = ber.element(data, identifier, opened.end)
        _, start, _ = ber.element(data, after, opened.end)
        _, start, stop = ber.element(data, start, opened.end)
        cells = []
        while start < stop:
            cells.append(ber.element(data, start, stop))
            start = cells[-1][2]
        _, boots, seconds, _, digest, salt = cells
        self._opened = opened
        self._before, self._user = opened.envelope[:3], opened.envelope.user
        self._length = slice(2, whole) if whole > 2 else slice(1, 2)  # noqa: PLR2004  (tag, length)
        length = (0, self._length.start, whole)
        self._shape = Shape(
            data[: opened.body_at], (boots, seconds, digest, salt), (identifier, end), [length]
        )

    def open(self, data: bytes) -> Opened | None:
        """Return the opened envelope, or `None` for one that is spelt otherwise."""
        opened, length = self._opened, self._length
        values: list[Any] | None = self._shape.read(data[: opened.body_at])
        if values is None or int.from_bytes(data[length], "big") + length.stop != len(data):
            return None
        boots, seconds, digest, salt = values
        if boots < 0 or seconds < 0:
            return None
        about = Envelope(*self._before, (boots, seconds), self._user, digest, salt)
        return Opened(about, opened.digest_at, opened.body_at, len(data))
