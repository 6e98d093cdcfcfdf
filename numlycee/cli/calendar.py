"""`numlycee calendar`: when service is owed over a school year, as it was understood."""

import argparse

from numlycee.cli.options import Commands, answered, command, configured, formatted, year
from numlycee.cli.writing import write_csv, write_json
from numlycee.domain.agenda import FIELDS, Agenda, agenda, document, records
from numlycee.domain.calendars import Calendar
from numlycee.settings import SettingsError, nearest

_USUAL = "service"


def add(commands: Commands) -> None:
    """Add the command."""
    about = "montre un calendrier : jours et heures de service, fermetures et leurs raisons"
    calendar = command(commands, "calendar", _calendar, about)
    calendar.add_argument(
        "name", nargs="?", default=_USUAL, metavar="NOM", help="calendrier nommé (défaut : service)"
    )
    configured(calendar)
    year(calendar)
    formatted(calendar)


def _calendar(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has not what it needs)
    from numlycee.app.service import calendars  # noqa: PLC0415

    named = calendars(config.read(options.config))
    chosen = _chosen({name or _USUAL: calendar for name, calendar in named.items()}, options.name)
    return answered(lambda: _write(_made(chosen, options.year), options.format))


def _chosen(named: dict[str, Calendar], name: str) -> Calendar:
    if name not in named:
        close = nearest(name, named)
        guess = f" ; vouliez-vous dire {close} ?" if close else ""
        message = f"{name} : calendrier inconnu{guess} (connus : {', '.join(named)})"
        raise SettingsError(message)
    return named[name]


def _made(calendar: Calendar, year: str) -> Agenda:
    try:
        return agenda(calendar, year)
    except ValueError as error:
        message = f"--year: {error}"
        raise SettingsError(message) from error


def _write(made: Agenda, form: str) -> None:
    from numlycee.adapters.terminal.agenda import show  # noqa: PLC0415

    if form == "json":
        write_json(document(made))
    elif form == "csv":
        write_csv(records(made), FIELDS)
    else:
        show(made)
