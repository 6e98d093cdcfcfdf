"""`numlycee restore`: a copy of the store put back, from which nothing that agents hold is lost."""

import argparse
from pathlib import Path

from numlycee.cli.options import Commands, answered, command, configured


def add(commands: Commands) -> None:
    """Add the command."""
    about = "remet une copie de la base ; les agents offrent de nouveau ce qui lui manque"
    restore = command(commands, "restore", _run, about)
    configured(restore)
    restore.add_argument("copy", type=Path, metavar="COPIE", help="ce qu'a écrit numlycee backup")


def _run(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has neither)
    from numlycee.app import upkeep  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415

    settings = config.read(options.config)

    def put_back() -> None:
        done = upkeep.restore(settings, options.copy, SystemClock())
        print(f"base remise : époque {done.epoch}, enregistrement {done.commit}")
        if done.kept:
            print(f"ce qu'elle remplace est gardé : {done.kept}")
        print("les agents offriront de nouveau ce qui lui manque, dès que le collecteur tournera")

    return answered(put_back)
