"""The figures of a window as lines to be shown, and as records of exact integers for machines."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective, Verdict
from numlycee.domain.tallies import Tally
from numlycee.rates.model import NOTHING, REGION, Figures, Hours, Scope, Table, Window, judged_on

RATES = ("known", "low", "high", "coverage")
FELT_RATES = ("felt", "felt_low", "felt_high")

Record = Mapping[str, str | int | None]
"""One line by the name of its fields; None where nothing can be said."""

ObjectiveOf = Callable[[Scope, ResourceClass], Objective | None]
"""What was promised of a class in a scope."""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one class in one scope on one calendar, judged where its objective is."""

    scope: Scope
    name: str
    resource_class: ResourceClass
    hours: Hours
    figures: Figures
    objective: Objective | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The lines of one window, in the order in which they are shown."""

    window: Window
    zone: str
    region: str
    simulated: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to show: scopes with their names, and classes; no class stands for every one."""

    scopes: Mapping[Scope, str]
    classes: Sequence[ResourceClass] = ()


def lines(choice: Choice, tables: Mapping[Hours, Table], promised: ObjectiveOf) -> Iterator[Line]:
    """Yield a line for every scope, class and calendar asked for.

    A class asked for by name is shown even where nothing is known of it.
    """
    asked = product(choice.scopes.items(), choice.classes or ResourceClass, tables.items())
    for (scope, name), resource_class, (hours, table) in asked:
        if choice.classes or (scope, resource_class) in table:
            figures = table.get((scope, resource_class), NOTHING)
            objective = promised(scope, resource_class)
            due = objective if judged_on(objective) is hours else None
            verdict = due.verdict(figures.contract) if due else None
            yield Line(scope, name, resource_class, hours, figures, due, verdict)


def document(answer: Answer) -> Mapping[str, object]:
    """Return the whole answer as one document: the window, then a record for each line."""
    return {
        **period(answer.window),
        "zone": answer.zone,
        "simulated": answer.simulated,
        "figures": list(records(answer)),
    }


def records(answer: Answer) -> Iterator[Record]:
    """Yield every line under the names of `FIELDS`: milliseconds, and rates as two integers."""
    for line in answer.lines:
        figures, target = line.figures, line.objective and line.objective.target
        yield {
            **period(answer.window),
            "level": line.scope.level.value,
            "key": line.scope.key,
            "name": line.name,
            "class": line.resource_class.value,
            "hours": line.hours.value,
            "resources": figures.resources,
            **tallies(figures.contract, figures.felt),
            "outages": figures.outages,
            "outage_ms": figures.outage_ms,
            "longest_outage_ms": figures.longest_outage_ms,
            "lost_pupil_ms": figures.lost_pupil_ms,
            "target_numerator": target.numerator if target else None,
            "target_denominator": target.denominator if target else None,
            "verdict": line.verdict.value if line.verdict else None,
        }


def period(window: Window) -> dict[str, str | int]:
    """Return the fields of a window."""
    return {
        "window": window.name,
        "start_ms": window.start,
        "end_ms": window.end,
        "as_of_ms": window.as_of,
    }


def tallies(contract: Tally, felt: Tally) -> dict[str, int]:
    """Return the fields of two tallies and of their rates."""
    return {
        **_tally("", contract),
        **_tally("felt_", felt),
        **_rates(contract, RATES),
        **_rates(felt, FELT_RATES),
    }


def _tally(prefix: str, tally: Tally) -> dict[str, int]:
    return {f"{prefix}{name}_ms": getattr(tally, name) for name in Tally.__slots__}


def _rates(tally: Tally, names: Iterable[str]) -> dict[str, int]:
    return {
        f"{name}_{part}": getattr(getattr(tally, name), part)
        for name in names
        for part in ("numerator", "denominator")
    }


def _fields() -> tuple[str, ...]:
    nothing = Line(REGION, "", ResourceClass.LINK, Hours.SERVICE, NOTHING, None, None)
    none = Answer(Window("", 0, 0, 0), "", "", simulated=False, lines=(nothing,))
    return tuple(next(records(none)))


FIELDS = _fields()
"""The fields of a record, in their order."""
