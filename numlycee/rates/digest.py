"""The night's digest: what the last day was worth, in a few lines."""

from collections.abc import Iterator

from numlycee.domain.french import duration, number, percentage
from numlycee.domain.words import CLASSES
from numlycee.rates.model import REGION, Figures, Hours, RatesSnapshot

DAY = "24h"


def digest(rates: RatesSnapshot) -> Iterator[str]:
    """Yield a line for each class of the Region over the last 24 hours, around the clock."""
    table = rates.tables.get((DAY, Hours.ALWAYS), {})
    for (scope, resource_class), figures in sorted(table.items()):
        if scope == REGION:
            yield f"{CLASSES[resource_class]} : {_line(figures)}"


def _line(figures: Figures) -> str:
    tally = figures.contract
    bounds = f"{percentage(tally.low)} à {percentage(tally.high)}"
    return (
        f"{percentage(tally.known)} ({bounds}), couverture {percentage(tally.coverage)}, "
        f"{number(figures.outages)} coupures, {duration(tally.down)} de panne cumulée"
    )
