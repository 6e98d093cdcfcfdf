"""A calendar over one school year as French tables for the terminal."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from numlycee.adapters.terminal.sentences import GROUNDS, columns, wrapped
from numlycee.domain.agenda import Agenda, Month, clock
from numlycee.domain.calendars import Hours, Week
from numlycee.domain.durations import HOUR, MINUTE
from numlycee.domain.french import DAYS, NARROW, number
from numlycee.domain.french import month as month_name


def show(agenda: Agenda, console: Console | None = None) -> None:
    """Print a calendar on the standard output: week, months, closures, openings, changes."""
    console = console or Console(highlight=False)
    for sentence in _sentences(agenda):
        console.print(Text(wrapped(sentence, console.width)))
    for title, table in (
        ("Heures de service par mois", _months(agenda)),
        ("Fermetures", _closures(agenda)),
        ("Jours qui ont leurs propres heures", _openings(agenda)),
    ):
        if table.row_count:
            console.print(Text(f"\n{title}", style="bold"))
            console.print(table)


def _sentences(agenda: Agenda) -> Iterator[str]:
    calendar = agenda.calendar
    yield f"Calendrier « {calendar.name} », année scolaire {agenda.year}, fuseau {calendar.zone}."
    yield f"Version : {calendar.version}."
    yield f"Semaine : {_week(agenda.week())}."
    before = agenda.week()
    for since, week in agenda.changes():
        told = "semaine inchangée" if week == before else _week(week)
        yield f"À partir du {_date(since)} : {told}."
        before = week


def _months(agenda: Agenda) -> Table:
    table = columns("mois", ">jours\nde service", ">heures")
    for month in agenda.months():
        table.add_row(month_name(month.name), *_owed(month))
    table.add_row(f"année {agenda.year}", *_owed(agenda.total()), style="bold")
    return table


def _owed(month: Month) -> tuple[str, str]:
    hours, rest = divmod(month.length, HOUR)
    minutes = f"{NARROW}{rest // MINUTE:02d}" if rest else ""
    return number(month.days), f"{number(hours)}{NARROW}h{minutes}"


def _closures(agenda: Agenda) -> Table:
    table = columns("=du", "=au", "raison", "nature", ">jours de\nservice ôtés")
    for closure in agenda.closures():
        last = "" if closure.last == closure.first else _date(closure.last)
        reason = closure.reason
        table.add_row(
            _date(closure.first), last, reason.words, GROUNDS[reason.ground], number(closure.lost)
        )
    return table


def _openings(agenda: Agenda) -> Table:
    table = columns("=jour", "heures", "raison")
    for day in agenda.openings():
        table.add_row(_date(day.day), _ranges(day.hours), day.reason.words if day.reason else "")
    return table


def _date(day: date) -> str:
    return f"{DAYS[day.weekday()][:3]}. {day:%d/%m/%Y}"


def _week(week: Week) -> str:
    """Write « lundi, mardi : 07:30–18:30 ; samedi, dimanche : fermé », days in order."""
    groups = groupby(zip(DAYS, week, strict=True), key=lambda item: item[1])
    told = [(hours, [name for name, _ in group]) for hours, group in groups]
    return " ; ".join(f"{_span(names)} : {_ranges(hours)}" for hours, names in told)


def _span(names: list[str]) -> str:
    return f"{names[0]} à {names[-1]}" if len(names) > 2 else ", ".join(names)  # noqa: PLR2004


def _ranges(hours: Hours) -> str:
    return " et ".join(f"{clock(opens)}–{clock(closes)}" for opens, closes in hours) or "fermé"
