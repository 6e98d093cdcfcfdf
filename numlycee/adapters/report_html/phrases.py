"""Sentences of the page: what the year is remembered for, and the hours that were promised."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from numlycee.annual.model import AnnualReport, ClassReport, Incident
from numlycee.domain import french, words
from numlycee.domain.budgets import Budget
from numlycee.domain.calendars import Calendar, Hours, Week, local_date, zone_of
from numlycee.domain.causes import Owner
from numlycee.domain.durations import HOUR
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.tallies import Rate, total
from numlycee.rates.model import Figures, Window

NARROW = french.NARROW
FACTS = 3

Fact = tuple[str, str]
"""A fact of the year: what it is about, and the sentence."""


def facts(report: AnnualReport) -> list[Fact]:
    """Return the three facts of the year, those that the year does have."""
    return list(_facts(report))[:FACTS]


def _facts(report: AnnualReport) -> Iterator[Fact]:
    if report.incidents and report.incidents[0].pupils:
        yield "L’incident le plus lourd", _heaviest(report.incidents[0], report.order.zone)
    worst = worst_month(report)
    if worst:
        yield "Le mois le plus difficile", worst
    owner = _first_owner(report)
    if owner:
        yield "À qui revient le temps perdu", owner
    yield "Ce qui a été observé", _observed(report)


def _heaviest(incident: Incident, zone: str) -> str:
    length = french.duration(incident.end - incident.start)
    return (
        f"{words.CLASSES[incident.resource_class]} ({incident.name}), "
        f"{french.moment(incident.start, zone)} : {length}, "
        f"{lycees(len(incident.sites))}, "
        f"{pupil_hours(incident.pupils)} ; cause : {words.CAUSES[incident.cause]}."
    )


def worst_month(report: AnnualReport) -> str | None:
    """Return the month that spent most of what its objective allows, exactly compared."""
    candidates = [
        (month.tally.known, month.name, c, c.aim.target)
        for c in report.classes
        if c.aim
        for month in c.months
        if month.tally.known.value is not None
    ]
    if not candidates:
        return None
    known, name, c, target = min(candidates, key=lambda item: (-spent(item[0], item[3]), item[1]))
    return (
        f"{words.CLASSES[c.name]} en {french.month(name)} : {french.percentage(known)} "
        f"pour un objectif de {french.percentage(target)}."
    )


def spent(known: Rate, target: Rate) -> Fraction:
    """Return the unavailability as a share of what is allowed; of a promise without fault, huge."""
    allowed = 1 - Fraction(target.numerator, target.denominator)
    return (1 - Fraction(known.numerator, known.denominator)) / (allowed or Fraction(1, 10**9))


def spent_share(budget: Budget) -> str:
    """Write the share of an error budget that was spent for certain, « 43 % »."""
    return french.percentage(Rate(budget.certain, budget.allowed), 0)


def _first_owner(report: AnnualReport) -> str | None:
    minutes: dict[Owner, int] = defaultdict(int)
    for blame in report.blames:
        minutes[blame.owner] += blame.minutes
    whole = sum(minutes.values())
    if not whole:
        return None
    owner = max(Owner, key=lambda o: minutes[o])
    share = french.percentage(Rate(minutes[owner], whole), 0)
    return (
        f"{words.OWNERS[owner].capitalize()} : {share} des {french.number(whole // 60)}{NARROW}h "
        "de service perdues, toutes classes et tous lycées cumulés."
    )


def _observed(report: AnnualReport) -> str:
    plain = (c for c in report.classes if c.name is not ResourceClass.COMPOSITE)
    whole = total(c.lived.service.contract for c in plain)
    return f"{french.percentage(whole.coverage)} du temps de service dû a été observé."


def per_resource(figures: Figures) -> str:
    """Write what the known rate leaves out, as time per resource over the year."""
    known, required = figures.contract.known, figures.contract.required
    if not known.denominator or not figures.resources:
        return ""
    missing = required * (known.denominator - known.numerator) // known.denominator
    return french.duration(missing // figures.resources)


def restore(figures: Figures) -> str:
    """Write the mean time to restore."""
    if not figures.outages:
        return "–"
    return french.duration(figures.outage_ms // figures.outages)


def pupil_hours(milliseconds: int) -> str:
    """Write « 12 345 heures-élèves »."""
    return f"{french.number(milliseconds // HOUR)} heures-élèves"


def bounds(low: Rate, high: Rate) -> str:
    """Write « 99,57 – 99,95 % »."""
    return f"{french.percentage(low).removesuffix(f'{NARROW}%')} – {french.percentage(high)}"


def points(rate: Rate) -> str:
    """Write a difference of rates, « 0,17 pt », truncated; « non mesuré » without one."""
    text = french.percentage(rate)
    return text.replace("%", "pt")


def signed_points(rate: Rate) -> str:
    """Write « +0,17 pt », « −0,03 pt », « < 0,01 pt »; « – » unless both rates are measured."""
    size = Rate(abs(rate.numerator), rate.denominator)
    if not rate.denominator or not rate.numerator:
        return "0" if rate.denominator else "–"
    if not size.truncated(2):
        return f"<{NARROW}0,01{NARROW}pt"
    return f"{_sign(rate.numerator)}{points(size)}"


def signed(milliseconds: int) -> str:
    """Write « +1 h 05 », « −12 min », « +300 ms », « 0 »."""
    if not milliseconds:
        return "0"
    size = abs(milliseconds)
    text = french.duration(size) if size >= 1000 else f"{size}{NARROW}ms"  # noqa: PLR2004 (one second)
    return f"{_sign(milliseconds)}{text}"


def _sign(value: int) -> str:
    return "+" if value > 0 else "\u2212" if value < 0 else ""


def lycees(count: int) -> str:
    """Write « 3 lycées », « 1 lycée »."""
    return french.plural(count, "lycée")


def date_name(name: str) -> str:
    """Write « 7 octobre 2025 » for « 2025-10-07 »."""
    rank = "1er" if name[8:] == "01" else str(int(name[8:]))
    return f"{rank} {french.month(name[:7])}"


def weeks(calendar: Calendar, window: Window) -> str:
    """Write the weekly hours in force in a window, and those that replaced them in it."""
    zone = zone_of(calendar.zone)
    first, last = local_date(window.start, zone), local_date(window.until - 1, zone)
    told = [weekly(calendar.week(first))]
    for since, week in calendar.changes:
        if first < since <= last:
            told.append(f"à partir du {date_name(since.isoformat())}, {weekly(week)}")
    return " ; ".join(told)


def weekly(week: Week) -> str:
    """Write the weekly hours: « lundi, mardi : 7 h 30 – 18 h 30 ; samedi, dimanche : fermé »."""
    groups: dict[Hours, list[str]] = {}
    for name, ranges in zip(french.DAYS, week, strict=True):
        groups.setdefault(ranges, []).append(name)
    return " ; ".join(f"{', '.join(days)} : {_ranges(ranges)}" for ranges, days in groups.items())


def _ranges(ranges: Hours) -> str:
    return " et ".join(f"{_clock(a)} – {_clock(b)}" for a, b in ranges) or "fermé"


def _clock(minutes: int) -> str:
    return f"{minutes // 60}{NARROW}h{NARROW}{minutes % 60:02d}"


def resolution(report: ClassReport) -> str:
    """Write the length below which an outage of a class may go unseen."""
    return french.duration(-(-report.resolution // 1000) * 1000)
