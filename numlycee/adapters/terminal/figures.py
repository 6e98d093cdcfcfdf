"""The figures of a window as French tables for the terminal."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from numlycee.adapters.terminal.sentences import HOURS, columns, wrapped
from numlycee.domain.durations import HOUR
from numlycee.domain.french import NARROW, duration, moment, number, percentage
from numlycee.domain.tallies import Rate
from numlycee.domain.words import CLASSES, VERDICTS, WINDOWS
from numlycee.rates.answers import Answer, Line
from numlycee.rates.model import Hours, Level, Scope

LEVELS = {
    Level.REGION: "Région",
    Level.ACADEMY: "Académie",
    Level.DEPARTMENT: "Département",
    Level.SITE: "Lycée",
}
_COLUMNS = (
    "classe",
    ">dû\ncouverture",
    ">taux\nau moins\nau plus",
    ">vécu\nau moins\nau plus",
    ">pannes\nla plus\nlongue",
    ">heures-\nélèves\nperdues",
    "objectif\nverdict",
)
_NOTE = (
    "« Au moins », « au plus » : les bornes, qui contiennent la vérité. Les taux sont tronqués, "
    "jamais arrondis vers le haut. Le vécu compte aussi ce qui était injoignable et les "
    "maintenances."
)


def show(answer: Answer, console: Console | None = None) -> None:
    """Print the lines of an answer on the standard output, one table for each scope."""
    console = console or Console(highlight=False)
    console.print(Text(wrapped(_title(answer), console.width)))
    for (scope, name), lines in groupby(answer.lines, key=lambda line: (line.scope, line.name)):
        chosen = list(lines)
        for hours in Hours:
            here = [line for line in chosen if line.hours is hours]
            if here:
                console.print(Text(f"\n{_place(scope, name)}, {HOURS[hours]}", style="bold"))
                console.print(_table(here))
    if not answer.lines:
        console.print("\nRien n'a été observé : non mesuré.\n")
    console.print(Text(f"\n{wrapped(_NOTE, console.width)}", style="dim"))


def _title(answer: Answer) -> str:
    window, zone = answer.window, answer.zone
    simulated = " Données simulées." if answer.simulated else ""
    return (
        f"Disponibilité, {WINDOWS.get(window.name, window.name)} : du {moment(window.start, zone)} "
        f"au {moment(window.end, zone)}, à la date du {moment(window.as_of, zone)}.{simulated}"
    )


def _place(scope: Scope, name: str) -> str:
    key = "" if scope.key in ("", name) else f" ({scope.key})"
    return f"{LEVELS[scope.level]} : {name}{key}"


def _table(lines: Iterable[Line]) -> Table:
    table = columns(*_COLUMNS)
    table.leading = 1
    for line in lines:
        table.add_row(*_cells(line))
    return table


def _cells(line: Line) -> Iterator[str]:
    figures, contract, felt = line.figures, line.figures.contract, line.figures.felt
    yield CLASSES[line.resource_class]
    yield f"{number(contract.required // HOUR)}{NARROW}h\n{percentage(contract.coverage)}"
    yield _bounded(contract.known, contract.low, contract.high)
    yield _bounded(felt.felt, felt.felt_low, felt.felt_high)
    longest = duration(figures.longest_outage_ms) if figures.outages else "–"
    yield f"{number(figures.outages)}\n{longest}"
    yield number(figures.lost_pupil_ms // HOUR)
    yield _judged(line)


def _bounded(rate: Rate, low: Rate, high: Rate) -> str:
    if not low.denominator:
        return percentage(rate)
    return f"{percentage(rate)}\n{percentage(low)}\n{percentage(high)}"


def _judged(line: Line) -> str:
    if line.objective is None or line.verdict is None:
        return "–"
    return f"{percentage(line.objective.target)}\n{VERDICTS[line.verdict]}"
