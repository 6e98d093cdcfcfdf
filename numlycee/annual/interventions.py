"""Announced maintenance: what was planned, what it took out of the contract, how far it overran."""

from collections.abc import Iterator, Sequence

from numlycee.annual.owed import Owed
from numlycee.annual.owners import Rulings
from numlycee.annual.stated import Intervention
from numlycee.domain.register import WHOLE_SITE, Key
from numlycee.domain.tallies import Maintenance
from numlycee.rates.model import Life


def interventions(rulings: Rulings, lives: Sequence[Life], owed: Owed) -> tuple[Intervention, ...]:
    """Return the interventions on the year, oldest first, one line each."""
    told = (
        (key, one)
        for key, each in owed.order.register.maintenance.items()
        for one in each
        if one.start < owed.window.until and owed.window.start < one.end
    )
    lines = [_line(key, one, lives, rulings, owed) for key, one in told]
    return tuple(sorted(lines, key=lambda line: (line.planned.start, line.key, line.planned.end)))


def _line(
    key: Key, planned: Maintenance, lives: Sequence[Life], rulings: Rulings, owed: Owed
) -> Intervention:
    concerned = [life for life in lives if _concerns(key, life.key)]
    return Intervention(
        site=owed.order.sites.get(key[0]),
        resource=_name(key, concerned),
        key=key,
        planned=planned,
        resources=len(concerned),
        excluded=sum(_excluded(planned, life, owed) for life in concerned),
        overrun=max(_overruns(planned, concerned, rulings, owed), default=0),
    )


def _concerns(key: Key, resource: Key) -> bool:
    if not key[0]:
        return key[1] == resource[1]
    return key in (resource, (resource[0], WHOLE_SITE))


def _name(key: Key, concerned: Sequence[Life]) -> str:
    if key[1] == WHOLE_SITE:
        return ""
    return concerned[0].resource.name if concerned else key[1]


def _excluded(planned: Maintenance, life: Life, owed: Owed) -> int:
    """Return the service milliseconds that it took out of what one resource owed."""
    if not planned.counts:
        return 0
    born, retired = owed.living(life)
    start, end = max(planned.start, born), min(planned.end, retired)
    return owed.opening(life.uai).clip(start, end).measure


def _overruns(
    planned: Maintenance, concerned: Sequence[Life], rulings: Rulings, owed: Owed
) -> Iterator[int]:
    """Yield by how much each outage that began before its planned end outlived it."""
    for life in concerned:
        for one in rulings.over(life.key, planned.start, planned.end):
            yield max(0, min(one.end, owed.window.until) - planned.end)
