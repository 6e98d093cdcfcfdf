"""Figures as the page shows them: rates with bounds, verdicts, bars of thirty days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from numlycee.domain.french import percentage
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Verdict
from numlycee.domain.tallies import Rate, Tally
from numlycee.picture import Picture
from numlycee.rates.model import WINDOW_NAMES, DayBar, Figures, Hours, Scope, judged_on

USUAL = Rate(995, 1000)
"""What a day is held against where no objective was set."""
POOR = 5
"""A day is bad once its failures exceed five times what the objective allows."""


@dataclass(frozen=True, slots=True)
class Row:
    """One window of one class: on service hours and around the clock, and what was promised."""

    window: str
    service: Figures
    always: Figures
    objective: Objective | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One day as a bar: its kind (`good`, `poor`, `bad`, `unknown`, `none`) and its words."""

    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Thirty days side by side, and the sentence that says the same."""

    bars: tuple[Bar, ...]
    sentence: str


def rows(picture: Picture, scope: Scope, resource_class: ResourceClass) -> list[Row]:
    """Return one row for each rolling window."""
    return [row(picture, scope, resource_class, window) for window in WINDOW_NAMES]


def row(picture: Picture, scope: Scope, resource_class: ResourceClass, window: str) -> Row:
    """Return the row of one window."""
    service, always = (
        picture.rates.figures(scope, resource_class, window, hours) for hours in Hours
    )
    objective = picture.promised(scope, resource_class)
    judged = always if judged_on(objective) is Hours.ALWAYS else service
    verdict = objective.verdict(judged.contract) if objective else None
    return Row(window, service, always, objective, verdict)


def thirty_days(picture: Picture, scope: Scope, resource_class: ResourceClass) -> Bars:
    """Return the bars of the last thirty local days."""
    objective = picture.promised(scope, resource_class)
    target = objective.target if objective else USUAL
    return day_bars(picture.rates.days.get((scope, resource_class), ()), target)


def day_bars(days: Sequence[DayBar], target: Rate) -> Bars:
    """Return one bar for each day, judged against a target."""
    bars = tuple(_bars(days, target))
    return Bars(bars, _sentence([bar.kind for bar in bars]))


def _bars(days: Sequence[DayBar], target: Rate) -> Iterator[Bar]:
    for day in days:
        kind = _kind(day.tally, target)
        said = "aucun service dû" if kind == "none" else percentage(day.tally.known)
        yield Bar(kind, f"{date.fromisoformat(day.day):%d/%m} : {said}")


def _kind(tally: Tally, target: Rate) -> str:
    if not tally.required:
        return "none"
    known = tally.known
    if not known.denominator or 2 * tally.unobserved > tally.required:
        return "unknown"
    if known.reaches(target):
        return "good"
    lost = (known.denominator - known.numerator) * target.denominator
    allowed = (target.denominator - target.numerator) * known.denominator
    return "poor" if lost <= POOR * allowed else "bad"


_SAID = (
    ("good", "conforme", "conformes"),
    ("poor", "sous l’objectif", "sous l’objectif"),
    ("bad", "mauvais", "mauvais"),
    ("unknown", "non mesuré", "non mesurés"),
    ("none", "sans service dû", "sans service dû"),
)


def _sentence(kinds: Sequence[str]) -> str:
    if not kinds:
        return "Aucun jour mesuré"
    said = []
    for kind, singular, plural in _SAID:
        if count := kinds.count(kind):
            said.append(f"{count} {plural if count > 1 else singular}")
    return f"{len(kinds)} jours : {', '.join(said)}"
