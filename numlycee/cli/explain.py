"""`numlycee explain`: what makes one figure, as a proof."""

import argparse

from numlycee.cli.options import Commands, answered, command, configured, formatted
from numlycee.cli.periods import asked, moment, periods
from numlycee.cli.writing import write_csv, write_json
from numlycee.rates.explanation.model import Explanation
from numlycee.rates.explanation.records import FIELDS, document, records
from numlycee.rates.model import Hours


def add(commands: Commands) -> None:
    """Add the command."""
    about = "démontre un chiffre : ce qui a été lu, quel calendrier, quelles règles, quel décompte"
    explain = command(commands, "explain", _explain, about)
    explain.add_argument(
        "subject", metavar="UAI/RESSOURCE", help="p. ex. 0310036W/lien ; /ent : service partagé"
    )
    explain.add_argument(
        "--at", type=moment, metavar="QUAND", help="jour ou instant local (défaut : aujourd'hui)"
    )
    configured(explain)
    periods(explain)
    explain.add_argument(
        "--hours", type=Hours, choices=list(Hours), default=Hours.SERVICE,
        help="calendrier (défaut : service)",
    )  # fmt: skip
    formatted(explain)


def _explain(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has it not)
    from numlycee.app import asking  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415

    doubt = asking.Doubt(options.subject, options.at, asked(options), options.hours)
    settings = config.read(options.config)
    clock = SystemClock()
    return answered(lambda: _write(asking.explanation(settings, doubt, clock), options.format))


def _write(explanation: Explanation, form: str) -> None:
    from numlycee.adapters.terminal.explanation import show  # noqa: PLC0415

    if form == "json":
        write_json(document(explanation))
    elif form == "csv":
        write_csv(records(explanation), FIELDS)
    else:
        show(explanation)
