"""`numlycee inventory equipment`: the register of equipment, compared with exports."""

import argparse
from pathlib import Path

from numlycee.cli.inventory.results import asked, reading, unchanged, writing, wrote
from numlycee.cli.options import FAILED, Commands, answered, command, configured


def add(commands: Commands) -> None:
    """Add the command."""
    about = "compare le registre des équipements à des exports, et l'y met à jour si on le demande"
    equipment = command(commands, "equipment", _run, about)
    configured(equipment)
    equipment.add_argument(
        "files", type=Path, nargs="+", metavar="EXPORT", help="un CSV, ou du JSON de GLPI ou NetBox"
    )
    reading(equipment)
    equipment.add_argument(
        "--kind",
        metavar="NATURE",
        help="la nature de ce dont le fichier ne la dit pas, p. ex. printer ou switch",
    )
    equipment.add_argument(
        "--whole",
        action="store_true",
        help="l'export dit tout : ce qui n'y est plus a disparu, dans tous les lycées",
    )
    equipment.add_argument(
        "--all", action="store_true", help="montre toutes les lignes (défaut : 40 par tableau)"
    )
    writing(equipment, "écrit le registre des équipements")


def _run(options: argparse.Namespace) -> int:
    from numlycee import config  # noqa: PLC0415 (the bare install has not what it needs)
    from numlycee.adapters.terminal import equipment as terminal  # noqa: PLC0415
    from numlycee.adapters.terminal.waiting import waiting  # noqa: PLC0415
    from numlycee.app import equipment  # noqa: PLC0415

    settings = config.read(options.config)
    faulty: list[object] = []

    def show() -> None:
        with waiting("lecture des exports"):
            plan, listing = equipment.compare(settings, asked(options))
        terminal.show(plan, listing, every=options.all)
        faulty.extend((*listing.faults, *plan.faults))
        path = settings.equipment or Path("equipements.csv")
        if plan and options.write:
            before = path.exists()
            wrote(equipment.write(settings, plan), before=before)
        else:
            unchanged(path, changes=bool(plan))

    return answered(show) or (FAILED if faulty else 0)
