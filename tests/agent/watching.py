"""What tests of the watch share: a small world with a truth, probes that see it, a journal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, merge_spells
from numlycee.wire.records import (
    Bulletin,
    InventoryRecord,
    Previous,
    Record,
    ResourceSpell,
    decode_record,
    encode,
    inventory_of,
)
from numlycee_agent.ports import Health, Observation
from tests.agent.virtual import NOON, VirtualClock

OK, DEGRADED, FAILED, UNKNOWN = Health.OK, Health.DEGRADED, Health.FAILED, Health.UNKNOWN


def at(seconds: float) -> int:
    """Return an instant so many seconds after the beginning."""
    return NOON + round(seconds * 1000)


def resource(name: str = "sw", parent: str | None = None, period: float = 10) -> Resource:
    return Resource(name, Kind.SWITCH, name, parent, period=round(period * 1000))


def family(*pairs: tuple[str, str | None]) -> Inventory:
    return inventory_of([resource(name, parent) for name, parent in pairs])


def seen(
    began: float,
    health: Health = OK,
    ended: float | None = None,
    cause: Cause | None = None,
    changed: float | None = None,
) -> Observation:
    """Return an observation, a tenth of a second long unless told otherwise."""
    after = began + 0.1 if ended is None else ended
    changed_at = None if changed is None else at(changed)
    return Observation(at(began), at(after), health, cause, changed_at=changed_at)


def spelt(spells: Iterable[ResourceSpell], name: str) -> list[tuple[str, str, float, float]]:
    """Return the spells of one resource as (state, cause, seconds, seconds), united."""
    own = [Spell(s.start, s.end, s.state, s.cause) for s in spells if s.resource == name]
    return [
        (s.state.value, (s.cause or Cause.OTHER).value, _after(s.start), _after(s.end))
        for s in merge_spells(own)
    ]


def _after(instant: int) -> float:
    return (instant - NOON) / 1000


@dataclass(slots=True)
class Truth:
    """When a thing truly changed between working and not: it works before the first change."""

    changes: list[int] = field(default_factory=list)

    def works(self, instant: int) -> bool:
        return sum(change <= instant for change in self.changes) % 2 == 0

    def always(self, start: int, end: int, *, works: bool) -> bool:
        """Tell whether it worked, or did not, at every instant of ``[start, end)``."""
        inside = any(start < change < end for change in self.changes)
        return not inside and self.works(start) is works


class TrueProbe:
    """A probe that sees the truth at some instant of an observation of uncertain length."""

    def __init__(
        self,
        clock: VirtualClock,
        chain: Iterable[Truth],
        seed: int = 0,
        answer: float = 0.05,
        timeout: float = 0.7,
    ) -> None:
        self._clock = clock
        self._chain = tuple(chain)
        self._dice = Random(seed)
        self._answer = answer
        self._timeout = timeout
        self.asked = 0
        self.samples: dict[str, float] = {}

    async def observe(self) -> Observation:
        self.asked += 1
        began = self._clock.now()
        await self._clock.sleep(self._dice.uniform(0, self._answer))
        works = all(truth.works(self._clock.now()) for truth in self._chain)
        rest = self._answer if works else self._timeout - self._answer
        await self._clock.sleep(self._dice.uniform(0, rest))
        usual = {"rtt_seconds": 0.01, "unheard_of": 1.0}
        gauges = usual | self.samples if works else {}
        health, cause = (OK, None) if works else (FAILED, Cause.TIMEOUT)
        return Observation(began, self._clock.now(), health, cause, gauges)


class FakeJournal:
    """A journal in memory whose disk can be full; what it keeps survives its own encoding."""

    def __init__(self, run: str = "a1", previous: Previous | None = None) -> None:
        self.run = run
        self.began = NOON
        self.previous = previous
        self.full = False
        self.records: list[Record] = []

    def keep(self, record: Record) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        assert record.key.seq == self.next_seq()
        self.records.append(decode_record(encode(record)))

    def next_seq(self) -> int:
        return len(self.records) + 1

    @property
    def bulletins(self) -> list[Bulletin]:
        return [record for record in self.records if isinstance(record, Bulletin)]

    @property
    def inventories(self) -> list[InventoryRecord]:
        return [record for record in self.records if isinstance(record, InventoryRecord)]

    @property
    def spells(self) -> list[ResourceSpell]:
        return [spell for bulletin in self.bulletins for spell in bulletin.spells]


def assert_contained(
    spells: Iterable[ResourceSpell], name: str, chain: list[Truth], start: int, end: int
) -> None:
    """What is said to be up truly was, what is said to be down or unreachable truly was not.

    Every instant of ``[start, end)`` is said exactly once.
    """
    told = sorted(s for s in _own(spells, name))
    at_instant = start
    for begins, ends, state in [*told, (end, end, State.UNOBSERVED)]:
        assert begins >= at_instant, f"{name}: told twice at {begins}"
        if begins > at_instant:
            _assert_works(chain, at_instant, begins, name)
        if state is State.DEGRADED:
            _assert_works(chain, begins, ends, name)
        if state in {State.DOWN, State.UNREACHABLE}:
            assert _never_works(chain, begins, ends), f"{name}: wrongly {state} from {begins}"
        at_instant = ends
    assert at_instant == end


def _own(spells: Iterable[ResourceSpell], name: str) -> list[tuple[int, int, State]]:
    return [(s.start, s.end, s.state) for s in spells if s.resource == name]


def _assert_works(chain: list[Truth], start: int, end: int, name: str) -> None:
    fine = all(truth.always(start, end, works=True) for truth in chain)
    assert fine, f"{name}: wrongly up in [{start}, {end})"


def _never_works(chain: list[Truth], start: int, end: int) -> bool:
    """Tell whether at every instant some part of the chain fails."""
    cuts = sorted({start, *(c for t in chain for c in t.changes if start < c < end)})
    return not any(all(truth.works(cut) for truth in chain) for cut in cuts)
