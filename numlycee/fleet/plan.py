"""What a proposal would change in the sites that are known; people decide whether it does."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from numlycee.domain.sites import Site, principal


@dataclass(frozen=True, slots=True)
class Change:
    """A site before and after, and the fields in which they differ."""

    before: Site
    after: Site
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Sites that would be added, changed, and those of ours that the proposal does not know."""

    added: tuple[Site, ...]
    changed: tuple[Change, ...]
    unknown: tuple[Site, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


def plan(present: Mapping[str, Site], proposed: Mapping[str, Site]) -> Plan:
    """Compare the sites that are known with those proposed.

    What only people know stays: operator, calendar, labels, a web address, a figure that the
    proposal lacks, UAI that were put together. A site that is not proposed is told of and kept.
    """
    proposed = _together(present, proposed)
    ours = {uai for site in present.values() for uai in (site.uai, *site.others)}
    changes = [_change(present[uai], site) for uai, site in proposed.items() if uai in present]
    theirs = {uai for site in proposed.values() for uai in (site.uai, *site.others)}
    return Plan(
        tuple(_without(site, ours) for uai, site in proposed.items() if uai not in ours),
        tuple(change for change in changes if change.fields),
        tuple(site for uai, site in present.items() if uai not in theirs),
    )


def applied(present: Mapping[str, Site], plan: Plan) -> dict[str, Site]:
    """Return the sites once a plan is carried out, in the order of their UAI."""
    sites = dict(present)
    sites |= {site.uai: site for site in plan.added}
    sites |= {change.after.uai: change.after for change in plan.changed}
    return dict(sorted(sites.items()))


def _together(present: Mapping[str, Site], proposed: Mapping[str, Site]) -> dict[str, Site]:
    """Return the sites proposed, those put together that people have put on one network."""
    result = dict(proposed)
    for uai, site in proposed.items():
        host = principal(present, uai)
        if host != uai and host in result:
            del result[uai]
            others = (*result[host].others, uai, *site.others)
            pupils = result[host].enrolment + site.enrolment
            years = _yearly(result[host], site)
            result[host] = replace(result[host], others=others, enrolment=pupils, enrolments=years)
    return result


def _yearly(*sites: Site) -> tuple[tuple[int, int], ...]:
    total: dict[int, int] = defaultdict(int)
    for site in sites:
        for year, pupils in site.enrolments:
            total[year] += pupils
    return tuple(sorted(total.items()))


def _change(before: Site, proposed: Site) -> Change:
    others = {*before.others, *proposed.others} - {before.uai}
    after = replace(
        before,
        name=proposed.name,
        commune=proposed.commune,
        department=proposed.department,
        latitude=proposed.latitude or before.latitude,
        longitude=proposed.longitude or before.longitude,
        enrolment=proposed.enrolment or before.enrolment,
        others=tuple(sorted(others)),
        enrolments=tuple(sorted((dict(before.enrolments) | dict(proposed.enrolments)).items())),
        web=before.web or proposed.web,
    )
    names = (field.name for field in fields(Site))
    return Change(before, after, tuple(n for n in names if getattr(before, n) != getattr(after, n)))


def _without(site: Site, ours: set[str]) -> Site:
    return replace(site, others=tuple(uai for uai in site.others if uai not in ours))
