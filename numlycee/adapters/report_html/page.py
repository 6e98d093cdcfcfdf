"""The report's page: one self-contained HTML document, the same bytes for an equal report."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from numlycee.adapters.report_html import charts, phrases
from numlycee.annual.changes import Change
from numlycee.annual.guaranteed import ContractReport, Cut
from numlycee.annual.model import AnnualReport, LyceeLine, Territory, deciding
from numlycee.annual.stated import FATES
from numlycee.domain import french, words
from numlycee.domain.causes import Owner
from numlycee.domain.contracts import Compliance
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Verdict
from numlycee.rates.distribution import distribution
from numlycee.rates.model import Level

HERE = Path(__file__).parent
SHOWN = 15
"""Lines of the lists that name the worst; their CSV files hold all of them."""
MARKS = {Verdict.MET: "met", Verdict.MISSED: "missed", Verdict.UNDECIDED: "undecided"}


def render(report: AnnualReport) -> str:
    """Return the page."""
    template = _environment(report.order.zone).get_template("rapport.html")
    return template.render(_context(report))


def _environment(zone: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percentage": french.percentage,
        "duration": french.duration,
        "number": french.number,
        "hours": french.hours,
        "restore": phrases.restore,
        "points": phrases.points,
        "signed": phrases.signed,
        "spent": phrases.spent_share,
        "signed_points": phrases.signed_points,
        "bounds": phrases.bounds,
        "lycees": phrases.lycees,
        "month": french.month,
        "date": phrases.date_name,
        "sum_values": _sum_values,
        "per_resource": phrases.per_resource,
        "day": partial(french.day, zone=zone),
        "moment": partial(french.moment, zone=zone),
        "iso": partial(french.iso, zone=zone),
    }
    return environment


def _sum_values(line: Mapping[Owner, int]) -> int:
    return sum(line.values())


def _context(report: AnnualReport) -> Mapping[str, Any]:
    return {
        "report": report,
        "order": report.order,
        "edition": report.edition,
        "style": (HERE / "style.css").read_text(encoding="utf-8"),
        "words": words,
        "fates": FATES,
        "phrases": phrases,
        "marks": MARKS,
        "Level": Level,
        "Verdict": Verdict,
        "shown": SHOWN,
        "facts": phrases.facts(report),
        "drawn": _drawn(report),
        "territories": _territories(report),
        "range_width": charts.RANGE_WIDTH,
        **_owners(report),
        **_services(report),
        "repeated": _repeated(report),
        "by_class": _by_class(report),
        "deciding": deciding,
        "moved": _moved(report),
        "broken": _broken(report),
    }


def _moved(report: AnnualReport) -> list[Change]:
    """Return what changed in service hours, or else around the clock."""
    lines = report.changes.lines if report.changes else ()
    return [line for line in lines if line.hours == "service"] or list(lines)


def _drawn(report: AnnualReport) -> list[tuple[Any, charts.MonthChart]]:
    on = charts.months_scale(report.classes)
    return [(item, charts.month_chart(item, on)) for item in report.classes]


def _territories(
    report: AnnualReport,
) -> list[tuple[ResourceClass, list[tuple[Territory, charts.Range | None]]]]:
    grouped: dict[ResourceClass, list[Territory]] = defaultdict(list)
    for territory in report.territories:
        grouped[territory.resource_class].append(territory)
    return [
        (name, list(zip(lines, charts.ranges(lines), strict=True)))
        for name, lines in grouped.items()
        if any(line.objective for line in lines)
    ]


def _owners(report: AnnualReport) -> Mapping[str, Any]:
    cells = {(blame.resource_class, blame.owner): blame for blame in report.blames}
    present = [owner for owner in Owner if any(b.owner is owner for b in report.blames)]
    classes = [c.name for c in report.classes if c.name is not ResourceClass.COMPOSITE]
    minutes = {
        name: {o: cells[name, o].minutes if (name, o) in cells else 0 for o in present}
        for name in classes
    }
    around = {
        name: {o: cells[name, o].minutes_always if (name, o) in cells else 0 for o in present}
        for name in classes
    }
    pupils = {o: sum(b.pupil_hours for b in report.blames if b.owner is o) for o in present}
    return {
        "owners": present,
        "minutes": minutes,
        "around": around,
        "pupils": pupils,
        "shares": charts.shares([sum(line[o] for line in minutes.values()) for o in present], 1000),
    }


def _services(report: AnnualReport) -> Mapping[str, Any]:
    ent = next((c for c in report.classes if c.name is ResourceClass.SERVICE), None)
    lines = [line for line in report.lycees if line.resource_class is ResourceClass.SERVICE]
    measured = [line for line in lines if line.figures.service.felt.felt.denominator]
    measured.sort(key=lambda line: (line.figures.service.felt.felt.value or 0.0, line.site.uai))
    return {
        "ent": ent,
        "felt": distribution(line.figures.service.felt.felt for line in lines),
        "least": measured[:SHOWN],
    }


def _repeated(report: AnnualReport) -> list[LyceeLine]:
    """Return the links that were cut most often: rate and durations are shown together."""
    links = [
        line
        for line in report.lycees
        if line.resource_class is ResourceClass.LINK and line.figures.service.outages > 1
    ]
    return sorted(
        links,
        key=lambda line: (
            -line.figures.service.outages,
            -line.figures.service.outage_ms,
            line.site.uai,
        ),
    )[:SHOWN]


def _broken(report: AnnualReport) -> list[tuple[ContractReport, Cut]]:
    """Return the cuts whose guarantee was not kept, longest on the contract's clock first."""
    found = [
        (contract, cut)
        for contract in report.contracts
        for cut in contract.cuts
        if cut.answered and cut.restoration.compliance is Compliance.BROKEN
    ]
    return sorted(found, key=lambda item: -item[1].restoration.least)


def _by_class(report: AnnualReport) -> list[tuple[ResourceClass, list[LyceeLine]]]:
    grouped: dict[ResourceClass, list[LyceeLine]] = defaultdict(list)
    for line in report.lycees:
        grouped[line.resource_class].append(line)
    return list(grouped.items())
