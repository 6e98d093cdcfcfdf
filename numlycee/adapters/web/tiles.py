"""The four tiles: how many lycées work, thirty days, the objective and what is left of it."""

from dataclasses import dataclass

from numlycee.adapters.web.conditions import WORST_FIRST
from numlycee.adapters.web.summary import Group, Summary
from numlycee.adapters.web.words import CLASSES
from numlycee.domain.french import NOT_MEASURED, percentage
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.model import judged_on

SHOWN = (ResourceClass.LAN, ResourceClass.LINK, ResourceClass.SERVICE, ResourceClass.WIFI)


@dataclass(frozen=True, slots=True)
class Card:
    """One tile; `left` is the width of the budget's gauge, 0 to 100."""

    title: str
    available: int
    total: int
    troubles: tuple[tuple[State, int], ...]
    tally: Tally
    objective: Objective | None
    budget: str
    left: int


def cards(summary: Summary, group: Group) -> list[Card]:
    """Return the tiles of a group of lycées."""
    return [_card(summary, group, name) for name in SHOWN]


def _card(summary: Summary, group: Group, name: ResourceClass) -> Card:
    counts = group.class_counts(name)
    objective = summary.picture.promised(group.scope, name)
    figures = summary.picture.rates.figures(group.scope, name, "30d", judged_on(objective))
    remaining = objective.remaining(figures.contract) if objective else Rate(0, 0)
    return Card(
        title=CLASSES[name],
        available=sum(count for state, count in counts.items() if state.available),
        total=sum(counts.values()),
        troubles=tuple(
            (state, counts[state]) for state in WORST_FIRST[:-1] if counts.get(state, 0)
        ),
        tally=figures.contract,
        objective=objective,
        budget=_budget(remaining) if objective else "–",
        left=max(0, min(100, remaining.truncated(0) or 0)),
    )


def _budget(remaining: Rate) -> str:
    if remaining.value is None:
        return NOT_MEASURED
    return "dépassé" if remaining.numerator < 0 else f"reste {percentage(remaining, 0)}"
