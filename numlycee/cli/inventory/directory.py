"""`numlycee inventory directory`: the fleet's file, compared with the official directory."""

import argparse
from pathlib import Path

from numlycee.cli.inventory.results import unchanged, writing, wrote
from numlycee.cli.options import Commands, answered, command, configured


def add(commands: Commands) -> None:
    """Add the command."""
    about = "compare le parc à l'annuaire officiel, et l'y met à jour si on le demande"
    directory = command(commands, "directory", _run, about)
    configured(directory)
    directory.add_argument(
        "directory",
        type=Path,
        metavar="ANNUAIRE",
        help="l'export CSV de fr-en-annuaire-education (data.education.gouv.fr)",
    )
    directory.add_argument(
        "--academy",
        action="append",
        default=[],
        metavar="NOM",
        help="seulement cette académie ; se répète (défaut : toutes)",
    )
    directory.add_argument(
        "--private", action="store_true", help="les lycées privés aussi (défaut : publics)"
    )
    directory.add_argument(
        "--enrolments",
        type=Path,
        metavar="FICHIER",
        help="un CSV qui donne l'effectif de chaque UAI, année par année s'il dit l'année",
    )
    writing(directory, "écrit le fichier du parc")


def _run(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has not what it needs)
    from numlycee.adapters.terminal import fleet  # noqa: PLC0415
    from numlycee.app import inventory  # noqa: PLC0415
    from numlycee.fleet.official import Wanted  # noqa: PLC0415

    settings = config.read(options.config)
    asked = inventory.Directory(
        options.directory,
        Wanted(frozenset(options.academy), private=options.private),
        options.enrolments,
    )

    def show() -> None:
        plan, cautions = inventory.compare(settings, asked)
        fleet.show(plan, cautions)
        if plan and options.write:
            before = settings.sites.exists()
            inventory.write(settings, plan)
            wrote(settings.sites, before=before)
        else:
            unchanged(settings.sites, changes=bool(plan))

    return answered(show)
