"""Sweeping the subnets of a site day after day: what is found is told, or watched."""

import logging
from collections.abc import Callable, Collection, Sequence

from numlycee.clock import Clock
from numlycee.settings import SettingsError
from numlycee_agent.build import Means
from numlycee_agent.config import DEFAULT_SNMP, Accept
from numlycee_agent.discovery.catalogue import Catalogue
from numlycee_agent.discovery.graph import Graph
from numlycee_agent.discovery.proposal import Ids, Network, described
from numlycee_agent.discovery.roster import Roster
from numlycee_agent.discovery.sweep import Access, Explorer, Look, addresses, sweep
from numlycee_agent.ports import Watched
from numlycee_agent.watching.site import SiteAgent

_log = logging.getLogger(__name__)

FIRST = 60.0
"""Seconds from the start to the first sweep."""
HEEDED = 600.0
"""Seconds after which what people have forgotten is watched no more, at most."""
AT_ONCE = 8

Adopt = Callable[[Sequence[Watched]], bool]


class Sweeper:
    """Finds what a roster does not list; `look` describes an address, `up` names what answers.

    What vanishes stays: it is down, not gone, until it is forgotten.
    """

    def __init__(
        self,
        roster: Roster,
        catalogue: Catalogue,
        look: Look,
        up: Callable[[], Collection[str]],
        adopt: Adopt,
        clock: Clock,
    ) -> None:
        self._roster = roster
        self._catalogue = catalogue
        self._look = look
        self._up = up
        self._adopt = adopt
        self._clock = clock
        self._order = roster.config.discovery
        self._hosts = addresses(self._order.subnets)
        self._in_force = True

    async def run(self) -> None:
        """Sweep until cancelled."""
        await self._clock.sleep(FIRST)
        while True:
            try:
                await self.sweep()
            except Exception:  # noqa: BLE001 (what is not found today is found tomorrow)
                _log.exception("a sweep came to nothing")
            due = self._clock.monotonic() + self._order.hours * 3600
            while (rest := due - self._clock.monotonic()) > 0:
                await self._clock.sleep(min(rest, HEEDED))
                if self._catalogue.refresh() or not self._in_force:
                    self._put_in_force()

    async def sweep(self) -> None:
        """Look at every address where nothing is watched, then watch or tell what was found."""
        listed = self._roster.config.equipment
        watched = {item.address for item in listed}
        asked = [host for host in self._hosts if host not in watched]
        found = await sweep(asked, self._look, lambda: None, AT_ONCE)
        found = [one for one in found if one.identity]
        known = [one.equipment for one in self._catalogue.found.values()]
        written = [item for item in listed if item.id not in self._catalogue.found]
        network = Network(self._order.subnets, found, Graph({}, ()), None)
        ids = Ids(network, [*written, *known])
        here = {item.id for item in written}
        news = [described(one, ids) for one in found if ids.of(one.around.key) not in here]
        self._catalogue.refresh()
        before = dict(self._catalogue.found)
        self._catalogue.hear(news, self._up(), self._clock.now())
        self._catalogue.age(self._order.forget_days, self._clock.now())
        if self._put_in_force():
            self._catalogue.save()
        else:
            self._catalogue.found = before
        for item in news:
            if item.id not in before:
                _log.info("found %s, %s, at %s", item.id, item.kind, item.address)

    def _put_in_force(self) -> bool:
        """Watch what is known now; False when no message could carry so much."""
        if self._order.accept is not Accept.ALL:
            return True
        try:
            self._in_force = self._adopt(self._roster.review())
        except SettingsError as error:
            _log.error("what was found cannot be watched: %s", error)
            return False
        return True


def sweeper(roster: Roster, catalogue: Catalogue, means: Means, site: SiteAgent) -> Sweeper:
    """Return what sweeps with the accesses of a configuration, for a site that is watched."""
    explorer = Explorer(means, means.clock, _accesses(roster), learnt=False)
    return Sweeper(roster, catalogue, explorer.look, site.up, site.adopt, means.clock)


def _accesses(roster: Roster) -> list[Access]:
    """Return how devices are asked who they are: the default access first."""
    tables = roster.config.snmp
    names = sorted(tables, key=lambda name: name != DEFAULT_SNMP)
    return [Access(name, tables[name].credentials(), tables[name].port) for name in names]
