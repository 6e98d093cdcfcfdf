"""One site's agent in one process: it observes, accounts, keeps bulletins and tells the present."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from numlycee.clock import Clock
from numlycee.domain.inventory import Inventory
from numlycee.wire.messages import GAUGES, LARGEST_SAMPLE, Now
from numlycee.wire.records import inventory_of
from numlycee_agent.ports import Journal, Observation, Watched
from numlycee_agent.timing.anchor import Anchor, ClockStepped
from numlycee_agent.vitals import Vitals
from numlycee_agent.watching.bulletin import BulletinMaker
from numlycee_agent.watching.rounds import Rounds, spread
from numlycee_agent.watching.watch import Advice, Watch

_log = logging.getLogger(__name__)

BULLETIN_PERIOD = 30.0
"""Seconds between two closings of settled time."""


class Life:
    """One run of a site: its watch, its rounds and its bulletins, all dated in one time line."""

    def __init__(
        self,
        watched: Sequence[Watched],
        inventory: Inventory,
        journal: Journal,
        clock: Clock,
        on_change: Callable[[], None],
        check: Callable[[], None] | None,
    ) -> None:
        self.journal = journal
        self.gauges: dict[str, Mapping[str, float]] = {}
        self._clock = clock
        self._check = check or Anchor(clock).check
        started_at = clock.now()
        self.watch = Watch(inventory, started_at, _repeats(watched), on_change)
        self.maker = BulletinMaker(self.watch, inventory, journal, started_at)
        self.rounds = Rounds(watched, clock, self._note, journal.run)

    async def run(self, period: float) -> ClockStepped:
        """Observe and keep bulletins until the wall clock is stepped, or cancelled; a last one."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.rounds.run())
                group.create_task(self._keep(period))
        except* ClockStepped as stepped:
            event = _first(stepped)
        finally:
            if not self.maker.close():
                _log.error("what was seen since %d could not be kept", self.maker.closed)
        return event

    async def _keep(self, period: float) -> None:
        wait = period * spread(self.journal.run)
        while True:
            self._check()
            self.watch.tick(self._clock.now())
            self.maker.close()
            await self._clock.sleep(wait)
            wait = period

    def adopt(self, watched: Sequence[Watched], inventory: Inventory) -> bool:
        """Watch these from now on, in the same run; False while nothing can be written.

        What was watched before is accounted for without a break; what is new is unobserved until
        its first observation.
        """
        if not self.maker.adopt(inventory):
            return False
        self.watch.adopt(inventory, self.maker.closed, _repeats(watched))
        self.rounds.adopt(watched)
        self.gauges = {one.id: self.gauges[one.id] for one in inventory if one.id in self.gauges}
        return True

    def _note(self, resource_id: str, observation: Observation) -> Advice:
        self._check()
        self.gauges[resource_id] = observation.gauges
        return self.watch.note(resource_id, observation)


class SiteAgent:
    """Watches one site and implements `Present`; runs once, at least one resource is watched.

    When the wall clock is stepped the run ends: `renew` then gives the journal of the next one,
    and without it `run` raises `ClockStepped`. `check` raises it, for a clock that knows better
    than an `Anchor` when its run must end.
    """

    def __init__(
        self,
        watched: Sequence[Watched],
        journal: Journal,
        clock: Clock,
        *,
        bulletin_period: float = BULLETIN_PERIOD,
        renew: Callable[[], Journal] | None = None,
        check: Callable[[], None] | None = None,
        vitals: Vitals = dict,
    ) -> None:
        self.inventory = inventory_of([item.resource for item in watched])
        self._watched = tuple(watched)
        self._clock = clock
        self._period = bulletin_period
        self._renew = renew
        self._check = check
        self._vitals = vitals
        self._news = asyncio.Event()
        self._life = self._begin(journal)

    async def run(self) -> None:
        """Watch until cancelled; a cancellation keeps a last bulletin."""
        while True:
            async with asyncio.TaskGroup() as group:  # one that fails may forget a cancellation
                living = group.create_task(self._life.run(self._period))
            stepped = living.result()
            _log.warning("the run ends: %s", stepped)
            if self._renew is None:
                raise stepped
            self._life = self._begin(self._renew())

    def now(self) -> Now:
        """Return the present by exception, with the latest gauges."""
        life = self._life
        return Now(
            run=life.journal.run,
            began=life.journal.began,
            head=life.journal.next_seq() - 1,
            at=self._clock.now(),
            inventory=self.inventory.digest,
            states=life.watch.live(),
            gauges={name: _listed(samples) for name, samples in life.gauges.items() if samples},
            vitals={**self._vitals(), "missed_polls_total": float(self.overruns)},
        )

    def since(self) -> dict[str, int]:
        """Return when each resource entered its live state, whichever it is, in milliseconds."""
        return self._life.watch.since()

    async def changed(self) -> None:
        """Return once a live state has changed since the last return; for one listener."""
        await self._news.wait()
        self._news.clear()

    def wake(self, resource_id: str) -> None:
        """Observe a resource afresh and at once: a trap is a hint, never evidence."""
        self._life.rounds.hint(resource_id)

    def up(self) -> frozenset[str]:
        """Name the resources that are known to be in service now."""
        bad = {one.resource for one in self._life.watch.live() if not one.state.available}
        return frozenset(one.id for one in self.inventory) - bad

    def adopt(self, watched: Sequence[Watched]) -> bool:
        """Watch these from now on, under another inventory; False when it must be tried later."""
        inventory = inventory_of([item.resource for item in watched])
        if not self._life.adopt(watched, inventory):
            return False
        self.inventory, self._watched = inventory, tuple(watched)
        self._news.set()
        return True

    @property
    def overruns(self) -> int:
        """Return how many polls of this run were missed because one before took too long."""
        return self._life.rounds.overruns

    def _begin(self, journal: Journal) -> Life:
        return Life(
            self._watched, self.inventory, journal, self._clock, self._news.set, self._check
        )


def _repeats(watched: Sequence[Watched]) -> dict[str, int]:
    return {item.resource.id: len(item.confirmations) for item in watched}


def _listed(samples: Mapping[str, float]) -> dict[str, float]:
    """Return the samples that the wire can carry, to the millionth: microseconds.

    A comparison with not-a-number is false.
    """
    return {
        name: round(value, 6)
        for name, value in samples.items()
        if name in GAUGES and abs(value) < LARGEST_SAMPLE
    }


def _first(group: BaseExceptionGroup[ClockStepped]) -> ClockStepped:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
