"""A scripted lycée: what its devices do is a pure function of a seed and of time."""

import zlib
from collections.abc import Iterator
from random import Random

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Department, Site
from numlycee.domain.uai import check_letter
from numlycee_agent.ports import Health, Observation, Watched

SECRET = "a master secret of the campaign, long enough"
PERIOD = 2_000
"""Milliseconds between two observations of a device."""
WATCHED = {
    "link": ("Accès THD", Kind.LINK, None, 25_000),
    "sw-coeur": ("Cœur de réseau", Kind.SWITCH, None, 61_000),
    "sw-b": ("Commutateur B", Kind.SWITCH, "sw-coeur", 37_000),
    "ap-b1": ("Borne B1", Kind.ACCESS_POINT, "sw-b", 13_000),
    "ap-b2": ("Borne B2", Kind.ACCESS_POINT, "sw-b", 17_000),
}
"""Name, kind, parent, and the milliseconds after which chance is asked again."""
FAILING = 15
"""Percent of the time during which a device does not work of itself."""


def works(seed: int, uai: str, device: str, at: int) -> bool:
    """Tell whether a device, and what it hangs from, work at an instant."""
    _, _, parent, slot = WATCHED[device]
    dice = zlib.crc32(f"{seed}/{uai}/{device}/{at // slot}".encode())
    return dice % 100 >= FAILING and (parent is None or works(seed, uai, parent, at))


def lycees(count: int) -> tuple[Site, ...]:
    """Return so many lycées, which bear nobody's name."""
    return tuple(_lycee(number) for number in range(1, count + 1))


def _lycee(number: int) -> Site:
    digits = f"03109{number:02}"
    toulouse = Department("31", "Haute-Garonne", "Toulouse")
    name, uai = f"Lycée d'Essai {number}", digits + check_letter(digits)
    return Site(uai, name, "Exempleville", toulouse, 43.6, 1.4, 500 + number, "Opérateur A")


class ScriptedProbe:
    """Sees the truth at one instant of an observation that takes some time."""

    def __init__(self, clock: Clock, truth: Clock, seed: int, uai: str, device: str) -> None:
        self._clock = clock
        self._truth = truth
        self._asked = seed, uai, device
        self._dice = Random(f"{seed}/{uai}/{device}")

    async def observe(self) -> Observation:
        """Observe once."""
        began = self._clock.now()
        await self._clock.sleep(self._dice.uniform(0, 0.1))
        fine = works(*self._asked, self._truth.now())
        await self._clock.sleep(self._dice.uniform(0, 0.1 if fine else 0.4))
        health, cause = (Health.OK, None) if fine else (Health.FAILED, Cause.TIMEOUT)
        return Observation(began, self._clock.now(), health, cause, {"rtt_seconds": 0.01})


def watched(
    seed: int, uai: str, clock: Clock, truth: Clock, period: int = PERIOD
) -> Iterator[Watched]:
    """Yield what the agent of a lycée watches, seen by its own clock."""
    for device, (name, kind, parent, _) in WATCHED.items():
        resource = Resource(device, kind, name, parent, period=period)
        yield Watched(resource, ScriptedProbe(clock, truth, seed, uai, device))
