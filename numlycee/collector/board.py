"""The live board: the present of every site, provisional, rebuilt from what agents say of now."""

from collections.abc import Iterable
from threading import Lock

from numlycee.clock import Clock
from numlycee.collector.live import SiteView
from numlycee.collector.model import BoardSnapshot
from numlycee.domain.inventory import Inventory
from numlycee.wire.messages import Now, Presence


class Board:
    """Fed with what arrives, asked for snapshots; any thread may call it.

    Every `uai` given to it is one of the fleet's.
    """

    def __init__(self, fleet: Iterable[str], clock: Clock) -> None:
        """Know the sites of the fleet; nothing has been heard of them yet."""
        self._clock = clock
        self._lock = Lock()
        opened = clock.now()
        self._sites = {uai: SiteView(uai, opened) for uai in fleet}
        self._version = 0

    @property
    def version(self) -> int:
        """Return a number that grows with every change of a state, a list or a presence.

        Gauges and instants of hearing do not count. A silence is noticed by `snapshot`.
        """
        return self._version

    def restore(self, inventories: Iterable[tuple[str, Inventory]]) -> None:
        """Show stored inventories after a start, the last of each site; all is unobserved."""
        for uai, inventory in inventories:
            if uai in self._sites:
                self.learn(uai, inventory)

    def learn(self, uai: str, inventory: Inventory) -> None:
        """Take in an inventory that is stored; it counts once the site's present names it."""
        with self._lock:
            self._version += self._sites[uai].learn(inventory)

    def show(self, uai: str, now: Now) -> None:
        """Take in the present of a site, unless a newer one was shown."""
        with self._lock:
            self._version += self._sites[uai].show(now, self._clock.now())

    def greet(self, uai: str, presence: Presence) -> None:
        """Take in a presence; a will of another run than the current one is not heeded."""
        with self._lock:
            self._version += self._sites[uai].greet(presence)

    def heard(self, uai: str, sent: int) -> None:
        """Note that records have arrived which a site sent at an instant by its own clock."""
        with self._lock:
            self._sites[uai].heard(min(sent, self._clock.now()))

    def snapshot(self, at: int) -> BoardSnapshot:
        """Return the whole board at an instant."""
        with self._lock:
            self._version += sum(site.listen(at) for site in self._sites.values())
            return BoardSnapshot(at, {uai: site.live() for uai, site in self._sites.items()})
