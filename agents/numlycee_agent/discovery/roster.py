"""What is watched now: what people wrote, hung where the network says it hangs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from numlycee_agent import build
from numlycee_agent.config import Config, Equipment
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
        self._config = config
        self._means = means
        self.places = Places(config.data / PLACES)
        self.places.only({item.id for item in self.equipment})
        self._dates = PortDates(self.places, means.clients, means.clock)
        self.watched: Sequence[Watched] = ()
        self.review()

    @property
    def clients(self) -> Mapping[str, SnmpClient]:
        """Return how equipment is asked by SNMP, by its id; none of what only answers pings."""
        return self._means.clients

    @property
    def equipment(self) -> Sequence[Equipment]:
        """Return the equipment that is watched, as it was written."""
        return self._config.equipment

    def review(self) -> Sequence[Watched]:
        """Return everything to watch, as the places that are known now say."""
        known = self.places.known if self._config.discovery.learn else {}
        config = replace(self._config, equipment=hung(self.equipment, known))
        new = {item.id for item in self.equipment} - {item.resource.id for item in self.watched}
        self.watched = [
            self._with_dates(item) if item.resource.id in new else item
            for item in build.watched(config, self._means, self.watched)
        ]
        return self.watched

    def _with_dates(self, item: Watched) -> Watched:
        date = partial(self._dates.fell_at, item.resource.id)
        return replace(item, probe=DatedProbe(item.probe, date))
