"""`numlycee compare`: the same past, counted as other products would."""

import argparse

from numlycee.cli.options import Commands, answered, command, configured, formatted
from numlycee.cli.periods import asked, periods
from numlycee.cli.writing import write_csv, write_json
from numlycee.conventions.records import FIELDS, Report, document, records
from numlycee.domain.kinds import ResourceClass


def add(commands: Commands) -> None:
    """Add the command."""
    about = "compte la même période comme Zabbix, Icinga, Centreon et d'autres, et dit pourquoi"
    compare = command(commands, "compare", _compare, about)
    configured(compare)
    periods(compare)
    subject = compare.add_mutually_exclusive_group()
    subject.add_argument(
        "--resource",
        default="",
        metavar="UAI/RESSOURCE",
        help="p. ex. 0310036W/lien ; /ent : service partagé",
    )
    subject.add_argument(
        "--class", dest="resource_class", type=ResourceClass, choices=list(ResourceClass),
        default=ResourceClass.LINK, help="toutes les ressources d'une classe (défaut : link)",
    )  # fmt: skip
    compare.add_argument(
        "--sources", action="store_true", help="dit aussi où chaque règle a été lue"
    )
    formatted(compare)


def _compare(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has it not)
    from numlycee.app import comparing  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415

    wanted = comparing.Wanted(asked(options), options.resource, options.resource_class)
    settings = config.read(options.config)
    clock = SystemClock()
    return answered(lambda: _write(comparing.comparison(settings, wanted, clock), options))


def _write(report: Report, options: argparse.Namespace) -> None:
    from numlycee.adapters.terminal.comparison import show  # noqa: PLC0415

    if options.format == "json":
        write_json(document(report))
    elif options.format == "csv":
        write_csv(records(report), FIELDS)
    else:
        show(report, sources=options.sources)
