"""Territories: the pooled rate, and how the lycées of a territory stand beside one another."""

from collections.abc import Iterator, Mapping, Sequence

from numlycee.annual.model import Both, LyceeLine, Territory
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Promises
from numlycee.domain.sites import Site
from numlycee.rates.distribution import Standing, spread
from numlycee.rates.model import REGION, Hours, Level, Scope, judged_on


def territories(
    lines: Sequence[LyceeLine],
    pooled: Mapping[tuple[Scope, ResourceClass], Both],
    promises: Promises,
) -> Iterator[Territory]:
    """Yield the Region, its académies and their départements, class by class."""
    for name in dict.fromkeys(line.resource_class for line in lines):
        mine = [line for line in lines if line.resource_class is name]
        for scope, title in _scopes([line.site for line in mine]):
            here = [line for line in mine if _inside(line.site, scope)]
            if (scope, name) in pooled:
                objective = _objective(scope, here[0].site, name, promises)
                yield _territory(scope, title, here, pooled[scope, name], objective)


def _objective(
    scope: Scope, site: Site, name: ResourceClass, promises: Promises
) -> Objective | None:
    """Return what the Region, or the académie of one of the lycées, is held to."""
    if scope == REGION:
        return promises.for_region(name)
    return promises.for_academy(name, site.department.academy)


def _territory(
    scope: Scope, title: str, lines: list[LyceeLine], pooled: Both, objective: Objective | None
) -> Territory:
    hours = judged_on(objective)
    judged = objective and scope.level is not Level.DEPARTMENT
    return Territory(
        scope=scope,
        name=title,
        resource_class=lines[0].resource_class,
        lycees=len(lines),
        figures=pooled,
        objective=objective,
        verdict=objective.verdict(pooled.on(hours).contract) if objective and judged else None,
        spreads={
            each: spread(Standing(line.site, line.figures.on(each), line.verdict) for line in lines)
            for each in Hours
        },
    )


def _scopes(sites: Sequence[Site]) -> Iterator[tuple[Scope, str]]:
    yield REGION, "Région"
    places = {site.department.code: site.department for site in sites}
    for academy in sorted({place.academy for place in places.values()}):
        yield Scope(Level.ACADEMY, academy), academy
        for code in sorted(places):
            if places[code].academy == academy:
                yield Scope(Level.DEPARTMENT, code), places[code].name


def _inside(site: Site, scope: Scope) -> bool:
    match scope.level:
        case Level.REGION:
            return True
        case Level.ACADEMY:
            return site.department.academy == scope.key
        case Level.DEPARTMENT:
            return site.department.code == scope.key
        case Level.SITE:
            return site.uai == scope.key
