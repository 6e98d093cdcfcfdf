"""Charts as coordinates: whole pixels from exact figures; the template only draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from numlycee.annual.model import ClassReport, Month, Territory
from numlycee.domain.french import percentage
from numlycee.domain.tallies import Rate

WIDTH, HEIGHT = 640, 350
LEFT, RIGHT, TOP, BOTTOM = 62, 10, 14, 26
FULL = 1_000_000
"""100 % in the unit of the scales: ten-thousandths of a percent."""
_STEPS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, FULL)
_LINES = 5
_INITIALS = {
    "01": "janv.", "02": "févr.", "03": "mars", "04": "avr.", "05": "mai", "06": "juin",
    "07": "juil.", "08": "août", "09": "sept.", "10": "oct.", "11": "nov.", "12": "déc.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """From `floor` to 100 %, in steps that are easy to read."""

    floor: int
    step: int

    def share(self, rate: Rate, length: int) -> int | None:
        """Return how far up a length a rate stands, cut at the floor; None when not measured."""
        figure = rate.truncated(4)
        if figure is None:
            return None
        return length * (max(figure, self.floor) - self.floor) // (FULL - self.floor)

    def lines(self) -> range:
        """Return the figures of the grid."""
        return range(self.floor, FULL + 1, self.step)


def scale(rates: Iterable[Rate]) -> Scale:
    """Return the tightest readable scale that holds every measured rate."""
    figures = [figure for rate in rates if (figure := rate.truncated(4)) is not None]
    lowest = min(figures, default=FULL - _STEPS[0])
    step = next(s for s in _STEPS if FULL - lowest <= s * _LINES or s == FULL)
    return Scale(min(lowest // step * step, FULL - step), step)


@dataclass(frozen=True, slots=True)
class GridLine:
    """One line of the grid and what it says."""

    y: int
    label: str


@dataclass(frozen=True, slots=True)
class MonthMark:
    """One month: the bar from low to high bound, and the mark of the known rate."""

    x: int
    label: str
    top: int | None
    bottom: int | None
    y: int | None
    kept: bool
    cut: bool


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Twelve months of one class, with the line of its objective."""

    grid: tuple[GridLine, ...]
    marks: tuple[MonthMark, ...]
    objective: int | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def months_scale(reports: Sequence[ClassReport]) -> Scale:
    """Return the one scale of all classes: small multiples compare only on the same one."""
    known = [month.tally.known for report in reports for month in report.months]
    return scale([*known, *(r.aim.target for r in reports if r.aim)])


def month_chart(report: ClassReport, on: Scale) -> MonthChart:
    """Draw the months of a class."""
    step = (WIDTH - LEFT - RIGHT) // 12
    target = report.aim.target if report.aim else None
    return MonthChart(
        grid=tuple(
            GridLine(_y(on, Rate(line, FULL)) or TOP, percentage(Rate(line, FULL), _decimals(on)))
            for line in on.lines()
        ),
        marks=tuple(
            _mark(on, month, LEFT + step // 2 + n * step, target)
            for n, month in enumerate(report.months)
        ),
        objective=_y(on, target) if target else None,
    )


def _mark(on: Scale, month: Month, x: int, target: Rate | None) -> MonthMark:
    tally = month.tally
    low = tally.low.truncated(4)
    return MonthMark(
        x=x,
        label=_INITIALS[month.name[5:]],
        top=_y(on, tally.high),
        bottom=_y(on, tally.low),
        y=_y(on, tally.known),
        kept=target is None or tally.known.reaches(target),
        cut=low is not None and low < on.floor,
    )


def _y(on: Scale, rate: Rate) -> int | None:
    up = on.share(rate, HEIGHT - TOP - BOTTOM)
    return None if up is None else HEIGHT - BOTTOM - up


def _decimals(on: Scale) -> int:
    return 1 if on.step % 10_000 else 0


@dataclass(frozen=True, slots=True)
class Range:
    """P5, median and P95 of a territory, as places on a line of `RANGE_WIDTH` pixels."""

    low: int
    middle: int
    high: int


RANGE_WIDTH = 90


def ranges(territories: Sequence[Territory]) -> list[Range | None]:
    """Return the range of each territory on one scale, None for those without a measure."""
    on = scale(t.spread.distribution.lowest for t in territories)
    return [_range(on, t) for t in territories]


def _range(on: Scale, territory: Territory) -> Range | None:
    spread = territory.spread.distribution
    places = [on.share(r, RANGE_WIDTH) for r in (spread.lowest, spread.median, spread.highest)]
    low, middle, high = places
    if low is None or middle is None or high is None:
        return None
    return Range(low, middle, high)


def shares(parts: Sequence[int], length: int) -> list[tuple[int, int]]:
    """Return where each part of a stacked bar begins and how long it is."""
    whole, at, result = sum(parts), 0, []
    for part in parts:
        start, at = at, at + part
        x = length * start // whole if whole else 0
        result.append((x, (length * at // whole if whole else 0) - x))
    return result
