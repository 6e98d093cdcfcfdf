"""`numlycee inventory`: the fleet's file, compared with the official directory of schools."""

import argparse
from pathlib import Path

from numlycee.cli.options import Commands, answered, command, configured


def add(commands: Commands) -> None:
    """Add the command."""
    about = "compare le parc à l'annuaire officiel, et l'y met à jour si on le demande"
    inventory = command(commands, "inventory", _run, about)
    configured(inventory)
    inventory.add_argument(
        "directory",
        type=Path,
        metavar="ANNUAIRE",
        help="l'export CSV de fr-en-annuaire-education (data.education.gouv.fr)",
    )
    inventory.add_argument(
        "--academy",
        action="append",
        default=[],
        metavar="NOM",
        help="seulement cette académie ; se répète (défaut : toutes)",
    )
    inventory.add_argument(
        "--private", action="store_true", help="les lycées privés aussi (défaut : publics)"
    )
    inventory.add_argument(
        "--enrolments",
        type=Path,
        metavar="FICHIER",
        help="un CSV qui donne l'effectif de chaque UAI, que l'annuaire tait souvent",
    )
    inventory.add_argument(
        "--write",
        action="store_true",
        help="écrit le fichier du parc (défaut : montre ce qui changerait, sans rien changer)",
    )


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
        if not plan:
            print(f"{settings.sites} : rien à changer")
        elif options.write:
            before = f" ; ce qu'il était : {settings.sites}.before" * settings.sites.exists()
            inventory.write(settings, plan)
            print(f"{settings.sites} : écrit{before}")
        else:
            print(f"{settings.sites} : inchangé ; --write l'écrit")

    return answered(show)
