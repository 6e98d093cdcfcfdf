"""`numlycee report`: the annual report, written from the store."""

import argparse
from pathlib import Path

from numlycee.cli.options import FAILED, OK, Commands, command, complain, configured, year
from numlycee.settings import SettingsError


def add(commands: Commands) -> None:
    """Add the command."""
    about = "écrit le rapport annuel de disponibilité : page, tableaux, chiffres"
    report = command(commands, "report", _report, about)
    configured(report)
    year(report)
    report.add_argument("--out", type=Path, required=True, metavar="DOSSIER", help="où écrire")


def _report(options: argparse.Namespace) -> int:
    from numlycee import app, config  # noqa: PLC0415 (the bare install has neither)
    from numlycee.adapters.sql import StoreError  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415
    from numlycee.domain.calendars import UnknownDateError  # noqa: PLC0415

    try:
        app.report(config.read(options.config), options.year, options.out, SystemClock())
    except SettingsError:
        raise
    except (StoreError, UnknownDateError, ValueError, OSError) as error:
        return complain(str(error), FAILED)
    print(f"rapport : {options.out / 'rapport.html'}")
    return OK
