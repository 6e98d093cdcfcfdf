"""A school's devices, as people name them, and a counting of them: helpers of these tests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from numlycee_agent.config.mobile import Mobile
from numlycee_agent.mobile import listing
from numlycee_agent.mobile.counting import LIST, Counting
from numlycee_agent.mobile.hashing import Hasher
from numlycee_agent.mobile.listing import Device, Listing
from numlycee_agent.mobile.states import Standing
from numlycee_agent.spool.disk import Disk

KEY = bytes(range(32))
HASHER = Hasher(KEY)
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int = 10) -> int:
    """Return an instant of a day, in milliseconds."""
    return round(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Laptop:
    """One device, with all that must not leave."""

    number: int

    @property
    def mac(self) -> bytes:
        return bytes([0x3C, 0x52, 0x82, 0xA1, self.number // 256, self.number % 256])

    @property
    def serial(self) -> str:
        return f"5CD24{self.number:04d}Q"


def issued(standings: dict[Standing, int]) -> tuple[Device, ...]:
    """Return devices numbered from 0 on, so many of each standing, in order."""
    words = [word for word, many in standings.items() for _ in range(many)]
    return tuple(
        Device((HASHER.serial(one.serial), HASHER.mac(one.mac)), word)
        for one, word in ((Laptop(i), word) for i, word in enumerate(words))
    )


def school(
    folder: Path, devices: tuple[Device, ...], settings: Mobile | None = None, on: date = MONDAY
) -> Counting:
    """Return the counting of a list imported on a day."""
    listing.save(folder / LIST, Listing(on, devices), Disk())
    return Counting(settings or Mobile(), folder, HASHER, Disk())


def macs(*numbers: int) -> set[bytes]:
    """Return the addresses of these laptops."""
    return {Laptop(number).mac for number in numbers}
