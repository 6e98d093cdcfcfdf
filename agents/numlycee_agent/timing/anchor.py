"""The wall clock held against the monotonic one, so that a run dates everything in one line."""

from numlycee.clock import Clock

LARGEST_STEP = 2_000
"""A wall clock that moves by more milliseconds than this ends the run."""


class ClockStepped(Exception):  # noqa: N818 (an event of the world, not a mistake)
    """The wall clock was stepped: what comes next belongs to another run."""


class Anchor:
    """Remembers how the wall clock stood to the monotonic one when the run began."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._origin = self._offset()

    def check(self) -> None:
        """Raise `ClockStepped` when the wall clock has moved by itself, since then, by over 2 s."""
        moved = self._offset() - self._origin
        if abs(moved) > LARGEST_STEP:
            raise ClockStepped(f"the wall clock moved by {moved / 1000:+.1f} s of its own")

    def _offset(self) -> int:
        return self._clock.now() - round(self._clock.monotonic() * 1000)
