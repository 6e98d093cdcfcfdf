"""What is watched now: what people wrote, what was found if they wish, hung as the network says."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from numlycee_agent import build
from numlycee_agent.config import NO_SNMP, Accept, Config, Equipment, Link
from numlycee_agent.discovery.catalogue import FILE, Catalogue
from numlycee_agent.discovery.dating import PortDates
from numlycee_agent.discovery.places import Places, hung
from numlycee_agent.ports import Watched
from numlycee_agent.probes.dated import DatedProbe
from numlycee_agent.snmp.ports import SnmpClient

PLACES = "places.json"


class Roster:
    """Keeps the list of what is watched; a probe lives as long as its equipment is listed.

    Raises `SettingsError` for what the configuration cannot mean.
    """

    def __init__(self, config: Config, means: build.Means) -> None:
        self._written = config
        self._means = means
        self.catalogue = Catalogue(config.data / FILE) if config.discovery.subnets else None
        self.config = self._whole()
        self.places = Places(config.data / PLACES)
        self.dates = PortDates(self.places, means.clients, means.clock)
        self.watched: Sequence[Watched] = ()
        self.review()

    def ask(self, item: Equipment) -> SnmpClient | None:
        """Open a client of an equipment; `None` for what only answers pings."""
        return build.open_client(item, self.config, self._means)

    def review(self) -> Sequence[Watched]:
        """Return everything to watch, as it is known now and hangs now.

        Raises `SettingsError`, and changes nothing, when no message could carry so much.
        """
        config = self._whole()
        before = {item.id: item.address for item in self.config.equipment}
        same = {item.id for item in config.equipment if before.get(item.id) == item.address}
        elsewhere = {item.id for item in config.equipment} - same
        kept = [item for item in self.watched if item.resource.id not in elsewhere]
        self.places.only({item.id for item in _dated(config)})
        known = self.places.known if config.discovery.learn else {}
        placed = replace(config, equipment=hung(config.equipment, known))
        new = {item.id for item in _dated(config)} - {item.resource.id for item in kept}
        watched = [
            self._with_dates(item) if item.resource.id in new else item
            for item in build.watched(placed, self._means, kept)
        ]
        for name in before.keys() - {item.id for item in config.equipment}:
            self._means.clients.pop(name, None)
        self.config, self.watched = config, watched
        return watched

    def _whole(self) -> Config:
        return replace(self._written, equipment=(*self._written.equipment, *self._accepted()))

    def _accepted(self) -> list[Equipment]:
        """Return what was found and is to be watched, but for what people have written since."""
        config = self._written
        if self.catalogue is None or config.discovery.accept is not Accept.ALL:
            return []
        ids = {item.id for item in (*config.equipment, *config.service, config.link) if item}
        addresses = {item.address for item in config.equipment}
        return [
            one.equipment
            for name, one in sorted(self.catalogue.found.items())
            if name not in ids
            and one.equipment.address not in addresses
            and one.equipment.snmp in {"", NO_SNMP, *config.snmp}
        ]

    def _with_dates(self, item: Watched) -> Watched:
        date = partial(self.dates.fell_at, item.resource.id)
        return replace(item, probe=DatedProbe(item.probe, date))


def _dated(config: Config) -> Sequence[Equipment | Link]:
    """Return what a port of a device may date: the equipment, and the access by its main line."""
    if config.link and config.link.wan:
        return (*config.equipment, config.link)
    return config.equipment
