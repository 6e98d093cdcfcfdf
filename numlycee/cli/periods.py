"""How a person names a period, a day, an instant, on the command line."""

import argparse
from datetime import date, datetime
from typing import TYPE_CHECKING

from numlycee.cli.options import year
from numlycee.rates.model import WINDOW_NAMES

if TYPE_CHECKING:
    from numlycee.app.periods import Asked


def periods(added: argparse.ArgumentParser) -> None:
    """Let a command be told one period, in one of four ways, and as of when it is read."""
    ways = added.add_mutually_exclusive_group()
    ways.add_argument(
        "--window",
        choices=WINDOW_NAMES,
        help="les dernières heures, les derniers jours, ou l'année scolaire en cours",
    )
    year(ways, required=False)
    ways.add_argument("--month", type=_month, metavar="AAAA-MM", help="mois, p. ex. 2026-03")
    ways.add_argument("--from", dest="first", type=_day, metavar="DATE", help="premier jour")
    added.add_argument("--to", dest="last", type=_day, metavar="DATE", help="dernier jour, compris")
    added.add_argument(
        "--as-of", type=moment, metavar="INSTANT", help="ignore ce qui est venu après cet instant"
    )


def asked(options: argparse.Namespace) -> "Asked":
    """Return the period that was asked for."""
    from numlycee.app.periods import Asked  # noqa: PLC0415 (the bare install has it not)

    return Asked(
        rolling=options.window,
        year=options.year,
        month=options.month,
        first=options.first,
        last=options.last,
        as_of=options.as_of,
    )


def moment(text: str) -> date | datetime:
    """Read a day (« 2026-03-12 ») or an instant (« 2026-03-12T10:30 »)."""
    try:
        return date.fromisoformat(text) if len(text) == _DAY else datetime.fromisoformat(text)
    except ValueError:
        message = f"{text!r} : écrivez un jour, 2026-03-12, ou un instant, 2026-03-12T10:30"
        raise argparse.ArgumentTypeError(message) from None


_DAY = len("2026-03-12")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text!r} : écrivez un jour ainsi : 2026-03-12"
        raise argparse.ArgumentTypeError(message) from None


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        message = f"{text!r} : écrivez un mois ainsi : 2026-03"
        raise argparse.ArgumentTypeError(message) from None
