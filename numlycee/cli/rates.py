"""`numlycee rates`: the figures of a period, from the store."""

import argparse
from collections.abc import Sequence

from numlycee.cli.options import Commands, answered, command, configured, formatted
from numlycee.cli.periods import asked, periods
from numlycee.cli.writing import write_csv, write_json
from numlycee.domain.kinds import ResourceClass
from numlycee.rates.answers import FIELDS, Answer, document, records
from numlycee.rates.model import Hours, Level
from numlycee.settings import nearest

_BOTH = "both"


def add(commands: Commands) -> None:
    """Add the command."""
    about = "dit les taux d'une période, avec leurs bornes : Région, académies, lycées, classes"
    rates = command(commands, "rates", _rates, about)
    configured(rates)
    periods(rates)
    rates.add_argument(
        "--level",
        type=Level,
        choices=list(Level),
        help="échelle (défaut : la Région, ou celle de --key)",
    )
    rates.add_argument(
        "--key", default="", metavar="LIEU", help="académie, département ou lycée : Toulouse, 31…"
    )
    rates.add_argument(
        "--class", dest="classes", type=_classes, default=(), metavar="CLASSES",
        help="classes séparées par des virgules : link,lan (défaut : toutes)",
    )  # fmt: skip
    rates.add_argument(
        "--hours", choices=(*Hours, _BOTH), default=_BOTH, help="calendrier (défaut : les deux)"
    )
    formatted(rates)


def _rates(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has it not)
    from numlycee.app import asking  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415

    wanted = asking.Wanted(
        asked=asked(options),
        level=options.level,
        key=options.key,
        classes=options.classes,
        hours=tuple(Hours) if options.hours == _BOTH else (Hours(options.hours),),
    )
    settings = config.read(options.config)
    return answered(lambda: _write(asking.rates(settings, wanted, SystemClock()), options.format))


def _write(answer: Answer, form: str) -> None:
    from numlycee.adapters.terminal.figures import show  # noqa: PLC0415

    if form == "json":
        write_json(document(answer))
    elif form == "csv":
        write_csv(records(answer), FIELDS)
    else:
        show(answer)


def _classes(text: str) -> Sequence[ResourceClass]:
    return tuple(_class(word.strip()) for word in text.split(","))


def _class(word: str) -> ResourceClass:
    try:
        return ResourceClass(word)
    except ValueError:
        close = nearest(word, list(ResourceClass))
        guess = f"vouliez-vous dire {close} ?" if close else f"connues : {', '.join(ResourceClass)}"
        raise argparse.ArgumentTypeError(f"{word!r} n'est pas une classe ; {guess}") from None
