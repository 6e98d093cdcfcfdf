"""Open outages told once: what fails in several lycées at the same time is one trouble."""

from collections.abc import Iterable
from dataclasses import dataclass

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.outages.model import OpenOutage

TOGETHER = 600_000
"""Milliseconds within which outages of one origin are taken for one trouble."""
SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """One outage, or the same one in several lycées; `first` is the oldest."""

    outages: tuple[OpenOutage, ...]

    @property
    def first(self) -> OpenOutage:
        """Return the oldest outage."""
        return self.outages[0]

    @property
    def state(self) -> State:
        """Return the state to show: of a lycée gone dark nobody knows whether it works."""
        return shown(self.first)

    @property
    def lycees(self) -> int:
        """Return how many lycées it touches."""
        return len({outage.site.uai for outage in self.outages})


def shown(outage: OpenOutage) -> State:
    """Return the state to show of one outage."""
    return State.UNOBSERVED if outage.cause is Cause.SITE_DARK else outage.state


def gather(outages: Iterable[OpenOutage]) -> list[Trouble]:
    """Return the troubles behind some outages, oldest first."""
    latest: dict[tuple[str, ...], list[OpenOutage]] = {}
    groups: list[list[OpenOutage]] = []
    for outage in sorted(outages, key=lambda o: o.since):
        group = latest.get(origin(outage))
        if group and outage.since - group[0].since <= TOGETHER:
            group.append(outage)
        else:
            groups.append([outage])
            latest[origin(outage)] = groups[-1]
    found = [trouble for group in groups for trouble in _told(group)]
    return sorted(found, key=lambda trouble: trouble.first.since)


def origin(outage: OpenOutage) -> tuple[str, ...]:
    """Return what outages of one origin have in common; the outage itself where nothing is."""
    if outage.cause is Cause.SITE_DARK:
        return ("dark",)
    if outage.resource.kind is Kind.SERVICE:
        return ("service", outage.resource.id, outage.state)
    if outage.resource.kind is Kind.LINK and outage.site.operator:
        return ("operator", outage.site.operator, outage.state)
    return ("alone", outage.id)


def _told(group: list[OpenOutage]) -> list[Trouble]:
    if len(group) >= SEVERAL:
        return [Trouble(tuple(group))]
    return [Trouble((outage,)) for outage in group]
