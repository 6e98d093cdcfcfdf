"""`numlycee backup`: a copy of the store, taken while the collector runs."""

import argparse
from pathlib import Path

from numlycee.cli.options import Commands, answered, command, configured, positive


def add(commands: Commands) -> None:
    """Add the command."""
    about = "copie la base pendant que le collecteur tourne, et relit la copie"
    backup = command(commands, "backup", _run, about)
    configured(backup)
    backup.add_argument(
        "target",
        type=Path,
        metavar="OÙ",
        help="un fichier qui n'existe pas encore, ou un dossier : la copie y porte sa date",
    )
    backup.add_argument(
        "--keep",
        type=positive,
        metavar="N",
        help="dans un dossier, ne garde que les N dernières copies datées (défaut : toutes)",
    )


def _run(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has neither)
    from numlycee.app import upkeep  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415

    settings = config.read(options.config)
    return answered(
        lambda: print(
            f"copie : {upkeep.backup(settings, options.target, SystemClock(), options.keep)}"
        )
    )
