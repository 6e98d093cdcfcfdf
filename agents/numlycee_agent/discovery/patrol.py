"""Touring the site hour after hour, so that what hangs from what is known without being written."""

import logging
from collections.abc import Callable, Sequence

from numlycee.clock import Clock
from numlycee.settings import SettingsError
from numlycee_agent.config import Discovery
from numlycee_agent.discovery.places import Place
from numlycee_agent.discovery.position import Position, here
from numlycee_agent.discovery.review import review, uplink
from numlycee_agent.discovery.roster import Roster
from numlycee_agent.discovery.tour import tour
from numlycee_agent.ports import Watched

_log = logging.getLogger(__name__)

FIRST = 30.0
"""Seconds from the start to the first tour: the devices have been spoken to by then."""
EVERY = 3600.0
AGAIN = 300.0
"""Seconds to the next tour while something waits for a second word, or could not be written."""

Adopt = Callable[[Sequence[Watched]], bool]


class Patrol:
    """Tours the devices of a roster, and puts in force what they tell twice."""

    def __init__(
        self,
        roster: Roster,
        adopt: Adopt,
        clock: Clock,
        order: Discovery,
        position: Callable[[], Position] = here,
    ) -> None:
        self._roster = roster
        self._adopt = adopt
        self._clock = clock
        self._order = order
        self._position = position
        self._in_force = True

    async def run(self) -> None:
        """Tour until cancelled."""
        await self._clock.sleep(FIRST)
        while True:
            try:
                await self.tour()
            except Exception:  # noqa: BLE001 (what is not learnt now is learnt later)
                _log.exception("a tour came to nothing")
            calm = self._in_force and not self._roster.places.awaiting
            await self._clock.sleep(EVERY if calm else AGAIN)

    async def tour(self) -> None:
        """Ask every device once, and watch from now on as they have told twice."""
        roster, position = self._roster, self._position()
        found = await tour(roster.config.equipment, roster.ask, position, self._clock)
        kinds = {item.id: item.kind for item in roster.config.equipment}
        told = review(found, kinds, position, self._order.root) | uplink(found, roster.config.link)
        before = dict(roster.places.known)
        if roster.places.hear(told, found.keys()):
            self._tell(before, roster.places.known)
            self._in_force = False
        if not self._in_force:
            self._in_force = self._put_in_force()

    def _put_in_force(self) -> bool:
        try:
            return self._adopt(self._roster.review())
        except SettingsError as error:
            _log.error("what was learnt cannot be watched: %s", error)
            return True

    def _tell(self, before: dict[str, Place], after: dict[str, Place]) -> None:
        for name, place in sorted(after.items()):
            if (old := before.get(name)) is None or old.parent != place.parent:
                _log.info("%s hangs from %s", name, place.parent or "the agent")
