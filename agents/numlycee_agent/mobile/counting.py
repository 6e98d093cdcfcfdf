"""The count of a school's mobile devices: who was seen today, and where each device stands."""

import logging
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from numlycee.domain.devices import Fleet, Headcount, Measure, count, hidden
from numlycee_agent.config.mobile import MOST_DAYS, Mobile
from numlycee_agent.mobile import cells, listing, memory
from numlycee_agent.mobile.days import SchoolDays
from numlycee_agent.mobile.hashing import Hasher, made_up
from numlycee_agent.mobile.listing import Device, Listing
from numlycee_agent.mobile.memory import MOST_WAITING
from numlycee_agent.mobile.ports import Beacon
from numlycee_agent.mobile.states import GONE
from numlycee_agent.spool.disk import Disk

_log = logging.getLogger(__name__)

LIST, MEMORY = "list.json", "seen.json"
PERMISSIONS = 0o700
"""Of the folder that holds both."""


class Counting:
    """Counts the issued devices by school day; implements `Beacons`, `Today` and `Counts`.

    What is not on the issued list leaves no trace. Nothing is written but by `save`.
    """

    def __init__(
        self,
        settings: Mobile,
        folder: Path,
        hasher: Hasher,
        disk: Disk,
        dated: Callable[[], bool] = lambda: True,
    ) -> None:
        self.days = SchoolDays(settings.zone, settings.weekdays, settings.closed)
        self.made_up = 0
        self._settings = settings
        self._folder = folder
        self._hasher = hasher
        self._disk = disk
        self._dated = dated
        self._memory = memory.load(folder / MEMORY)
        self._listing: Listing | None = None
        self._stamp: tuple[int, int] | None = None
        self._dirty = self._failing = False
        self._read_list()

    @property
    def listing(self) -> Listing | None:
        """Return the issued list in force."""
        return self._listing

    def turn(self, at: int) -> bool:
        """Close the days that are over and forget what is too old; tell whether today is open.

        An instant of the day before changes nothing: bulletins end a little in the past. While
        the clock is not `dated`, no day is open and none is over.
        """
        if not self._dated():
            return False
        day = self.days.day_of(at)
        self._read_list()
        self._expire(day)
        today = self._memory.today
        if today is None or day > today or today - day > timedelta(days=1):
            self._close(day)
        return self._listing is not None and day == self._memory.today and self.days.open_on(day)

    def saw(self, at: int, addresses: Iterable[bytes]) -> None:
        """Note the MAC addresses that a source sees now; those of no issued device are dropped."""
        if not self.turn(at):
            return
        drawn = 0
        for octets in set(addresses):
            device = self._find(self._hasher.mac(octets))
            if device is None:
                drawn += made_up(octets)
            else:
                self._mark(device)
        self.made_up = max(self.made_up, drawn)

    def saw_beacon(self, at: int, beacon: Beacon) -> bool:
        """Note what a device says of itself; False for a device that was not issued."""
        opened = self.turn(at)
        device = self._find(self._hasher.serial(beacon.serial))
        if device is None or device.standing in GONE:
            return False
        if opened:
            self._mark(device)
            found = cells.faults(beacon, self._settings.fitness)
            if self._memory.faults.get(device.name) != found:
                self._memory.faults[device.name] = found
                self._dirty = True
        return True

    def today(self, at: int) -> dict[str, Headcount]:
        """Return the counts of the day that holds `at`, by measure; empty on a day off."""
        if not self.turn(at):
            return {}
        fleet = self._fleet(self.days.day_of(at))
        return {str(measure): fleet[measure] for measure in Measure}

    def waiting(self, at: int) -> Fleet | None:
        """Return the oldest counts that no bulletin has taken, of a day before that of `at`."""
        self.turn(at)
        day = self.days.day_of(at)
        return next((fleet for fleet in self._memory.waiting if fleet.day < day), None)

    def told(self, fleet: Fleet) -> None:
        """Let go of counts that a bulletin has taken."""
        self._memory.waiting = [one for one in self._memory.waiting if one.day != fleet.day]
        self._dirty = True
        self.save()

    def save(self) -> None:
        """Write what changed; what cannot be written is held in memory and tried again."""
        if not self._dirty:
            return
        try:
            self._folder.mkdir(mode=PERMISSIONS, parents=True, exist_ok=True)
            memory.save(self._folder / MEMORY, self._memory, self._disk)
        except OSError as error:
            if not self._failing:
                _log.error("%s: %s; held in memory", self._folder / MEMORY, error.strerror)
            self._failing = True
        else:
            self._dirty = self._failing = False

    def _find(self, hashed: str) -> Device | None:
        return self._listing.by_hash.get(hashed) if self._listing else None

    def _mark(self, device: Device) -> None:
        today = self._memory.today
        if today is not None and self._memory.seen.get(device.name) != today:
            self._memory.seen[device.name] = today
            self._dirty = True

    def _close(self, day: date) -> None:
        """Count the day that is over, unless nobody was seen: then it was no day of school."""
        over = self._memory.today
        if over is not None and over < day and over in self._memory.seen.values():
            fleets = [*self._memory.waiting, self._fleet(over)]
            self._memory.waiting = fleets[-MOST_WAITING:]
            self._memory.days = [*(one for one in self._memory.days if one < over), over]
        if hidden(self.made_up):
            _log.info(
                "%s: up to %d devices at once bore an address drawn at random", over, self.made_up
            )
        self._memory.today, self.made_up, self._dirty = day, 0, True
        unreadable = self._listing is None and self._stamp is not None
        issued = self._listing.by_hash if self._listing else {}
        self._memory.purge(day, self._settings.keep_days, None if unreadable else issued)

    def _fleet(self, day: date) -> Fleet:
        devices = self._listing.devices if self._listing else ()
        recent = self._settings.recent
        return count(day, cells.standing(devices, self._memory, day, recent))

    def _read_list(self) -> None:
        path = self._folder / LIST
        try:
            status = path.stat()
            stamp = status.st_mtime_ns, status.st_ino
        except OSError:
            stamp = None
        if stamp != self._stamp:
            self._stamp = stamp
            self._listing = listing.load(path)

    def _expire(self, day: date) -> None:
        """Forget a list that nobody has imported again for three months."""
        held = self._listing
        if held and day - held.imported > timedelta(days=MOST_DAYS):
            _log.warning("the issued list of %s is too old: import it again", held.imported)
            self._listing = self._stamp = None
            try:
                self._disk.unlink(self._folder / LIST)
            except OSError as error:
                _log.error("%s: %s", self._folder / LIST, error.strerror)
