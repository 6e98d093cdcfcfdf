"""Outages told as people lived them: what failed together is one incident, none is lost."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from numlycee.annual.model import Incident
from numlycee.annual.order import Order
from numlycee.annual.owed import PUPIL_CLASSES, Losses
from numlycee.annual.ports import Past
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.durations import MINUTE
from numlycee.domain.kinds import Kind
from numlycee.rates.model import ResourceOutage, SharedOutage, Window

TOGETHER = 5 * MINUTE
"""Links of one operator in one département that fail within this time failed together."""


@dataclass(frozen=True, slots=True)
class _Telling:
    losses: Losses
    order: Order

    def lost(self, outage: ResourceOutage) -> int:
        """Return the service time that one outage cost in its lycée."""
        return sum(
            loss.service
            for loss in self.losses[outage.site.uai, outage.resource.id]
            if loss.start < outage.outage.end and outage.outage.start < loss.end
        )

    def incident(
        self, name: str, members: Sequence[ResourceOutage], shared: SharedOutage | None = None
    ) -> Incident:
        head = shared or members[0]
        told = [shared.outage] if shared else [m.outage for m in members]
        lived = [m.outage for m in members] or told
        sites = {m.site.uai: m.site for m in members}
        kind = (shared.service if shared else members[0].resource).resource_class
        return Incident(
            resource_class=kind,
            name=name,
            sites=tuple(sites[uai] for uai in sorted(sites)),
            start=min(o.start for o in told),
            end=max(o.end for o in told),
            earliest=min(_half(o.earliest for o in lived), *(o.earliest for o in told)),
            latest=max(_half(o.latest for o in lived), *(o.latest for o in told)),
            cause=_cause(members, head),
            owner=head.owner,
            ongoing=any(o.ongoing for o in told),
            lost=sum(map(self.lost, members)),
            pupils=sum(self.lost(m) * m.site.enrolment for m in members),
        )


def incidents(past: Past, window: Window, losses: Losses, order: Order) -> tuple[Incident, ...]:
    """Return the incidents of links and services, heaviest in pupil-hours first.

    Outages of a service in a lycée belong to the shared outage that they overlap.
    """
    telling = _Telling(losses, order)
    found = [o for o in past.outages(window) if o.resource.resource_class in PUPIL_CLASSES]
    told: list[Incident] = []
    taken: set[int] = set()
    for shared in past.shared_outages(window):
        members = [
            o
            for o in found
            if id(o) not in taken and o.resource.id == shared.service.id and _overlap(o, shared)
        ]
        taken |= {id(o) for o in members}
        told.append(telling.incident(shared.service.name, members, shared))
    rest = [o for o in found if id(o) not in taken]
    told += (telling.incident(_name(group), group) for group in _groups(rest))
    return tuple(sorted(told, key=_weight))


def _overlap(outage: ResourceOutage, shared: SharedOutage) -> bool:
    own, common = outage.outage, shared.outage
    return own.earliest < common.latest and common.earliest < own.latest


def _groups(outages: Iterable[ResourceOutage]) -> Iterator[list[ResourceOutage]]:
    """Yield links of one operator and département that failed together, and the others alone.

    Whom a person ascribed to another owner is told apart: an incident has one.
    """
    by_operator: dict[tuple[str, str, Owner], list[ResourceOutage]] = defaultdict(list)
    for item in outages:
        if item.resource.kind is Kind.LINK and item.site.operator:
            place = item.site.department.code
            by_operator[item.site.operator, place, item.owner].append(item)
        else:
            yield [item]
    for items in by_operator.values():
        group: list[ResourceOutage] = []
        for item in sorted(items, key=lambda o: (o.outage.start, o.site.uai)):
            if group and item.outage.start - group[0].outage.start > TOGETHER:
                yield group
                group = []
            group.append(item)
        yield group


def _name(group: Sequence[ResourceOutage]) -> str:
    first = group[0]
    if len({item.site.uai for item in group}) == 1:
        return first.resource.name
    return f"{first.site.operator}, {first.site.department.name}"


def _cause(members: Sequence[ResourceOutage], head: ResourceOutage | SharedOutage) -> Cause:
    """Return the cause that most lycées saw; the vote itself knows none."""
    seen = [m.outage.cause for m in members]
    return max(sorted(set(seen)), key=seen.count) if seen else head.outage.cause


def _half(instants: Iterable[int]) -> int:
    """Return the instant by which half had come: the vote's own lies between two such instants."""
    ordered = sorted(instants)
    return ordered[(len(ordered) - 1) // 2]


def _weight(incident: Incident) -> tuple[object, ...]:
    uais = tuple(site.uai for site in incident.sites)
    return (-incident.pupils, incident.start, incident.name, uais)
