"""DHCP servers' files of leases: whose lease was given or renewed today."""

import asyncio
import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from numlycee_agent.config.mobile import LeaseFormat, Leases
from numlycee_agent.mobile.days import SchoolDays
from numlycee_agent.mobile.hashing import octets_of

LARGEST = 32 << 20
"""Octets of a file that are read."""

Renewal = tuple[str, int]
"""A MAC address as it is written, and when its lease was last given, in seconds."""

_ISC_LEASE = re.compile(r"^lease [^\s{]+ \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_ISC_MAC = re.compile(r"^\s*hardware ethernet ([0-9a-fA-F:]+);", re.MULTILINE)
_ISC_TIME = re.compile(
    r"^\s*(cltt|starts) (?:\d (\d+)/(\d+)/(\d+) (\d+):(\d+):(\d+)|epoch (\d+))", re.MULTILINE
)


class LeaseFile:
    """A `Source`: a lease that lasts through the night says nothing of where its device is."""

    def __init__(self, leases: Leases, days: SchoolDays) -> None:
        self._leases = leases
        self._days = days

    async def addresses(self, at: int) -> set[bytes]:
        """Return who was given a lease, or renewed it, on the day of `at`."""
        return await asyncio.to_thread(self._read, at)

    def _read(self, at: int) -> set[bytes]:
        with self._leases.file.open("rb") as file:
            text = file.read(LARGEST).decode("utf-8", "replace")
        day = self._days.day_of(at)
        renewals = READERS[self._leases.format](text, self._leases.seconds)
        written = {mac for mac, when in renewals if when > 0 and self._on(when) == day}
        return {octets for mac in written if (octets := octets_of(mac))}

    def _on(self, when: int) -> object:
        try:
            return self._days.day_of(when * 1000)
        except (OverflowError, ValueError, OSError):
            return None


def dnsmasq(text: str, length: int) -> Iterator[Renewal]:
    """Read « expiry mac address name client »: a lease was renewed its `length` before its end."""
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 4 and parts[0].isdigit():  # noqa: PLR2004 (as the docstring says)
            yield parts[1], int(parts[0]) - length


def isc(text: str, _: int) -> Iterator[Renewal]:
    """Read the blocks of dhcpd.leases(5): `cltt` is the client's last transaction, in UTC."""
    for block in _ISC_LEASE.findall(text):
        mac = _ISC_MAC.search(block)
        times = {found[0]: _instant(found) for found in _ISC_TIME.findall(block)}
        when = times.get("cltt", times.get("starts", 0))
        if mac:
            yield mac[1], when


def kea(text: str, _: int) -> Iterator[Renewal]:
    """Read the CSV of Kea's memfile: a lease was renewed its lifetime before its end."""
    for row in csv.DictReader(text.splitlines()):
        expire, lifetime = row.get("expire") or "", row.get("valid_lifetime") or ""
        if expire.isdigit() and lifetime.isdigit():
            yield row.get("hwaddr") or "", int(expire) - int(lifetime)


READERS: dict[LeaseFormat, Callable[[str, int], Iterator[Renewal]]] = {
    LeaseFormat.DNSMASQ: dnsmasq,
    LeaseFormat.ISC: isc,
    LeaseFormat.KEA: kea,
}


def _instant(found: tuple[str, ...]) -> int:
    _, *parts, epoch = found
    if epoch:
        return int(epoch)
    try:
        return int(datetime(*map(int, parts), tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]
    except ValueError:
        return 0
