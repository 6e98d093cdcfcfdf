"""The scripted day: what breaks, when, and what there is to see."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.region.world import SILENCE, Fault, Target

MINUTE = 60
DAY_BEGINS = 8 * 60
CONTENT = Fault(State.DOWN, Cause.CONTENT)


class Stage(Protocol):
    """What the script acts upon: the simulated world and the real devices of the demonstration."""

    async def strike(self, target: Target, fault: Fault) -> None:
        """Break a resource."""
        ...

    async def mend(self, target: Target) -> None:
        """Repair a resource."""
        ...

    async def portal(self, fault: Fault | None) -> None:
        """Break or repair the ENT for everybody."""
        ...

    async def unplug(self, uai: str) -> None:
        """Cut an agent off from the centre; it goes on observing."""
        ...

    async def plug(self, uai: str) -> None:
        """Connect it again."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the day: minutes since midnight of the script, what to say, what to do."""

    minute: int
    text: str
    act: Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays which part; the operator's victims are at least three links."""

    cut: Site
    switch: Site
    silent: Site
    victims: tuple[Site, ...]


def cast(sites: Sequence[Site], real: Sequence[Site]) -> Cast:
    """Give the parts: cut link and dead switch to sites with real agents when there are two."""
    leading = [*real, *(site for site in sites if site not in real)]
    cut, switch, silent = (leading[i % len(leading)] for i in (0, 1, 5))
    free = [site for site in sites if site not in (cut, switch, silent, *real)]
    operator = free[0].operator if free else ""
    victims = [site for site in free if site.operator == operator]
    return Cast(cut, switch, silent, tuple(victims[:9]))


def scripted_day(parts: Cast) -> tuple[Step, ...]:
    """Return the day's events in order; all have begun by 8 h 25 and ended by 9 h 10."""
    link, switch = (parts.cut.uai, "link"), (parts.switch.uai, "sw-a")
    ups = (parts.switch.uai, "onduleur")
    dark = (parts.silent.uai, "link")
    victims = [(site.uai, "link") for site in parts.victims]
    operator = parts.victims[0].operator if parts.victims else ""
    where = parts.cut, parts.switch, parts.silent
    cut, dead, mute = (f"{site.name} ({site.commune})" for site in where)
    steps = [
        Step(_at(8, 5), f"lien THD coupé : {cut}", lambda s: s.strike(link, SILENCE)),
        Step(
            _at(8, 8),
            f"commutateur A en panne et ce qui en dépend : {dead}",
            lambda s: s.strike(switch, SILENCE),
        ),
        Step(
            _at(8, 11),
            f"lycée coupé du monde, son agent se tait : {mute}",
            lambda s: _darken(s, dark),
        ),
        Step(
            _at(8, 15),
            f"panne de l'opérateur {operator} : {len(victims)} lycées",
            lambda s: _strike_all(s, victims),
        ),
        Step(
            _at(8, 22),
            "ENT : « momentanément indisponible », avec un code HTTP 200",
            lambda s: s.portal(CONTENT),
        ),
        Step(
            _at(8, 25),
            f"onduleur sur batterie : {dead}",
            lambda s: s.strike(ups, Fault(State.DEGRADED, Cause.POWER)),
        ),
        Step(_at(8, 40), f"lien THD rétabli : {cut}", lambda s: s.mend(link)),
        Step(_at(8, 44), "ENT rétabli", lambda s: s.portal(None)),
        Step(_at(8, 45), f"onduleur de nouveau sur secteur : {dead}", lambda s: s.mend(ups)),
        Step(_at(8, 47), f"l'agent revient avec son arriéré : {mute}", lambda s: _lighten(s, dark)),
        Step(_at(9, 0), f"opérateur {operator} rétabli", lambda s: _mend_all(s, victims)),
        Step(_at(9, 10), f"commutateur A remplacé : {dead}", lambda s: s.mend(switch)),
    ]
    return tuple(step for step in steps if victims or "opérateur" not in step.text)


class Director:
    """Plays a day on a stage, `speed` scripted minutes a minute, and begins again."""

    def __init__(
        self, stage: Stage, clock: Clock, speed: float, announce: Callable[[str], None]
    ) -> None:
        """Act on `stage`; `announce` is told each event as « 8 h 05 — lien THD coupé … »."""
        self._stage = stage
        self._clock = clock
        self._speed = speed
        self._announce = announce

    async def play(self, steps: Sequence[Step]) -> None:
        """Play the day over and over, with a quiet hour between two."""
        while True:
            for wait, step in _waits(steps):
                await self._clock.sleep(wait * MINUTE / self._speed)
                await step.act(self._stage)
                self._announce(f"{step.minute // 60} h {step.minute % 60:02d} — {step.text}")
            await self._clock.sleep(60 * MINUTE / self._speed)


def _waits(steps: Sequence[Step]) -> Iterator[tuple[int, Step]]:
    last = DAY_BEGINS
    for step in steps:
        yield step.minute - last, step
        last = step.minute


def _at(hour: int, minute: int) -> int:
    return hour * 60 + minute


async def _darken(stage: Stage, link: Target) -> None:
    await stage.strike(link, SILENCE)
    await stage.unplug(link[0])


async def _lighten(stage: Stage, link: Target) -> None:
    await stage.mend(link)
    await stage.plug(link[0])


async def _strike_all(stage: Stage, targets: Sequence[Target]) -> None:
    for target in targets:
        await stage.strike(target, SILENCE)


async def _mend_all(stage: Stage, targets: Sequence[Target]) -> None:
    for target in targets:
        await stage.mend(target)
