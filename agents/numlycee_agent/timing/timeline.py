"""The agent's own time: the machine's monotonic clock, and one anchor that dates it."""

import math
from typing import Protocol

from numlycee.clock import Clock
from numlycee.domain.durations import DAY
from numlycee.wire.reading import EARLIEST, LATEST
from numlycee.wire.receipts import Receipt
from numlycee_agent.timing.anchor import LARGEST_STEP, ClockStepped

LONGEST_TRIP = 2_000
"""Milliseconds from a message to its receipt; the centre's time is known to half of it."""
FAR = LATEST - 366 * DAY
"""No clock is believed from here on."""
GLANCE = 1.0
"""Seconds between two looks for signs."""


class Signs(Protocol):
    """What can be known of the machine's wall clock."""

    @property
    def boot(self) -> str:
        """Return the name of this boot of the machine."""
        ...

    def synchronised(self, since: int = 0) -> bool:
        """Tell whether a time server has set the wall clock, after what it showed at `since`."""
        ...

    def kept(self) -> bool:
        """Tell whether the wall clock agrees with a hardware clock, which runs while all is off."""
        ...


class TimeLine:
    """A `Clock` that never steps: `anchor` is the wall clock's time when the monotonic one was 0.

    It is `dated` by a wall clock with a sound sign, or by the centre's receipts; `known` is the
    last anchor that dated this boot, `latest` an instant surely past. Until then it only guesses,
    and `check` tells when that is over.
    """

    def __init__(
        self, clock: Clock, signs: Signs, known: int | None = None, latest: int = 0
    ) -> None:
        self._clock = clock
        self._signs = signs
        self._latest = max(latest, EARLIEST)
        self._told: int | None = None
        self._looked = -math.inf
        self._agreed = clock.monotonic()
        self.boot = signs.boot
        self.dated = False
        self.anchor = self._guess()
        if known is not None and not signs.synchronised():
            self.anchor, self.dated = known, True
        else:
            self.renew()

    def now(self) -> int:
        """Return the time of this line in integer milliseconds since the Unix epoch, UTC."""
        return self.anchor + self._elapsed

    def monotonic(self) -> float:
        """Return seconds from an arbitrary origin that never step backwards."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` of monotonic time pass."""
        await self._clock.sleep(seconds)

    def check(self) -> None:
        """Raise `ClockStepped` when there is a sound reason for an anchor over 2 s away."""
        now, agreed = self.monotonic(), self._near(self._wall)
        self._agreed = now if agreed else self._agreed
        if (agreed and self._told is None) or now - self._looked < GLANCE:
            return
        self._looked = now
        better = self._better()
        if better is not None and not self._near(better):
            moved = (better - self.anchor) / 1000
            raise ClockStepped(f"the clock is set, by {moved:+.1f} s")

    def renew(self) -> None:
        """Take the best anchor that there is a sound reason for, as a new run begins."""
        better = self._better()
        if better is not None:
            self.anchor, self.dated = better, True

    def hear(self, receipt: Receipt) -> None:
        """Learn the centre's time from an authenticated receipt of what was just sent."""
        now = self.now()
        if 0 <= now - receipt.sent <= LONGEST_TRIP and receipt.received_at >= EARLIEST:
            self._told = self.anchor + receipt.received_at - (receipt.sent + now) // 2

    def _guess(self) -> int:
        """Return the wall clock's anchor where the wire can carry its dates, else one of 2020."""
        return self._wall if EARLIEST <= self._clock.now() < FAR else EARLIEST - self._elapsed

    def _better(self) -> int | None:
        if not self._latest <= self._clock.now() < FAR:
            return self._told
        if self._signs.synchronised(self._since()) or (self._told is None and self._signs.kept()):
            return self._wall
        return self._told

    def _since(self) -> int:
        """Return from when on a time server must have spoken: once dated, since a step."""
        if not self.dated:
            return 0
        return self._clock.now() - round((self.monotonic() - self._agreed) * 1000)

    def _near(self, anchor: int) -> bool:
        return self.dated and abs(anchor - self.anchor) <= LARGEST_STEP

    @property
    def _wall(self) -> int:
        return self._clock.now() - self._elapsed

    @property
    def _elapsed(self) -> int:
        return round(self._clock.monotonic() * 1000)
