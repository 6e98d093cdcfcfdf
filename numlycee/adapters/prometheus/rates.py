"""The samples of rates: the large families, written at once and kept until rates change."""

from collections.abc import Iterable, Iterator

from numlycee.adapters.prometheus.catalogue import RATES, ROLLED_UP, Metric
from numlycee.adapters.prometheus.text import labels
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.tallies import Rate
from numlycee.rates.model import Figures, Heading, Hours, Level, RatesSnapshot, Scope, judged_on
from numlycee.rates.promised import Promised

OF_SITES = frozenset({("24h", Hours.SERVICE), ("24h", Hours.ALWAYS), ("year", Hours.SERVICE)})
"""Windows and calendars published of every lycée: the rest is on the page, and not scraped."""


def families(rates: RatesSnapshot, promised: Promised) -> Iterator[tuple[Metric, str]]:
    """Yield every family of rates; what was not measured has no sample."""
    lines: dict[str, list[str]] = {metric.name: [] for metric in RATES}
    heads: dict[Heading, str] = {}
    for (window, hours), table in rates.tables.items():
        tail = labels(("calendar", "window"), (hours, window))
        for key, figures in table.items():
            if key[0].level is Level.SITE and (window, hours) not in OF_SITES:
                continue
            head = heads.get(key) or heads.setdefault(key, _head(*key))
            for name, more, value in _values(figures, _due(key, hours, promised)):
                lines[name].append(f"{name}{{{head},{tail}{more}}} {value!r}\n")
    for metric in RATES:
        yield metric, "".join(lines.pop(metric.name))


def _head(scope: Scope, resource_class: ResourceClass) -> str:
    uai = scope.key if scope.level is Level.SITE else ""
    return labels(ROLLED_UP, (scope.level, scope.key, uai, resource_class))


def _due(key: Heading, hours: Hours, promised: Promised) -> Objective | None:
    objective = promised(*key)
    return objective if judged_on(objective) is hours else None


def _values(figures: Figures, due: Objective | None) -> Iterator[tuple[str, str, float]]:
    tally = figures.contract
    yield from _ratios(
        "numlycee_availability_ratio",
        (
            (',bound="known"', tally.known),
            (',bound="low"', tally.low),
            (',bound="high"', tally.high),
            (',bound="felt"', figures.felt.felt),
        ),
    )
    yield from _ratios("numlycee_coverage_ratio", (("", tally.coverage),))
    yield "numlycee_required_seconds", "", tally.required / 1000
    yield "numlycee_available_seconds", "", (tally.up + tally.degraded) / 1000
    yield "numlycee_down_seconds", "", tally.down / 1000
    yield "numlycee_unobserved_seconds", "", tally.unobserved / 1000
    yield "numlycee_window_outages", "", figures.outages
    if due:
        yield from _ratios("numlycee_error_budget_remaining_ratio", (("", due.remaining(tally)),))


def _ratios(name: str, found: Iterable[tuple[str, Rate]]) -> Iterator[tuple[str, str, float]]:
    for more, rate in found:
        if rate.denominator:
            yield name, more, rate.numerator / rate.denominator
