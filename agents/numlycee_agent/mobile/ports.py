"""What other parts of the agent tell of mobile devices, and what they may show of them."""

from dataclasses import dataclass, field
from typing import Protocol

from numlycee.domain.devices import Fleet, Headcount


@dataclass(frozen=True, slots=True)
class Beacon:
    """What a managed device says of itself; shares go from 0 to 1, `None` where it does not know.

    `serial` is the manufacturer's, in any spelling: it names the device to `saw_beacon`, which
    keeps a keyed hash at most, and it is never shown. `battery` is what a full charge still holds
    of what it held when new, `disk_free` what is left of the system's disk, `sensors` how many
    parts report a failure, `system` and `build` as in « windows » « 10.0.22631 », `ent` whether
    the ENT opens.
    """

    serial: str = field(repr=False)
    battery: float | None = None
    disk_free: float | None = None
    sensors: int = 0
    system: str = ""
    build: str = ""
    ent: bool | None = None


class Beacons(Protocol):
    """Where the HTTP end takes what devices say; what it takes is checked for size and shape."""

    def saw_beacon(self, at: int, beacon: Beacon) -> bool:
        """Note it; False for a device that was not issued, of which nothing is kept. Never raises.

        `at` is in milliseconds since the epoch. It neither waits nor writes: one may call it from
        the event loop.
        """
        ...


class Today(Protocol):
    """What may be shown of today's devices; small cells are already ranges."""

    def today(self, at: int) -> dict[str, Headcount]:
        """Return the counts of the day that holds `at`, by measure; empty on a day off.

        The measures are `issued`, `seen`, `serviceable`, `repair`, `non_compliant`, `idle` and
        `never_seen`.
        """
        ...


class Counts(Protocol):
    """What bulletins take of the counts of devices."""

    def waiting(self, at: int) -> Fleet | None:
        """Return the oldest counts that no bulletin has taken, of a day before that of `at`."""
        ...

    def told(self, fleet: Fleet) -> None:
        """Let go of counts that a bulletin, now on disk, has taken."""
        ...


class Source(Protocol):
    """One place where devices are seen."""

    async def addresses(self, at: int) -> set[bytes]:
        """Return the MAC addresses, six octets each, that were there on the day that holds `at`.

        Raises `SnmpError` or `OSError` when the place cannot be asked.
        """
        ...
