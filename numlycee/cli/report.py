"""`numlycee report`: the annual report, written from the store, and the check of its editions."""

import argparse
from pathlib import Path

from numlycee.cli.options import FAILED, MISUSED, OK, Commands, command, complain, configured
from numlycee.settings import SettingsError


def add(commands: Commands) -> None:
    """Add the command."""
    about = "écrit le rapport annuel de disponibilité : page, tableaux, chiffres"
    report = command(commands, "report", _run, about)
    configured(report)
    wanted = report.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--year", metavar="AAAA-AAAA", help="année scolaire")
    wanted.add_argument(
        "--check",
        type=Path,
        metavar="DOSSIER",
        help="vérifie que les éditions arrêtées d'un dossier n'ont pas changé d'un octet",
    )
    report.add_argument("--out", type=Path, metavar="DOSSIER", help="où écrire")
    report.add_argument(
        "--final",
        action="store_true",
        help="arrête cette édition : ses octets sont gardés, la suite fera l'édition suivante",
    )


def _run(options: argparse.Namespace) -> int:
    if options.check:
        return _check(options.check)
    if options.out is None:
        return complain("--year demande aussi --out DOSSIER : où écrire le rapport", MISUSED)
    return _report(options)


def _report(options: argparse.Namespace) -> int:
    from numlycee import app, config  # noqa: PLC0415 (the bare install has neither)
    from numlycee.adapters.sql import StoreError  # noqa: PLC0415
    from numlycee.clock import SystemClock  # noqa: PLC0415
    from numlycee.collector.ports import StoreUnavailableError  # noqa: PLC0415
    from numlycee.domain.calendars import UnknownDateError  # noqa: PLC0415

    settings = config.read(options.config)
    try:
        written = app.report(
            settings, options.year, options.out, SystemClock(), final=options.final
        )
    except SettingsError:
        raise
    except (StoreError, StoreUnavailableError, UnknownDateError, ValueError, OSError) as error:
        return complain(str(error), FAILED)
    status = "arrêtée" if written.entry.final else "provisoire"
    same = "" if written.new else " ; rien de nouveau, rien n'a été écrit"
    page = options.out / "rapport.html"
    print(f"rapport : {page} (édition {written.entry.number}, {status}){same}")
    return OK


def _check(folder: Path) -> int:
    from numlycee.app.reporting import check  # noqa: PLC0415 (the bare install has it not)

    if not (folder / "editions.json").exists():
        missing = "n'est pas un dossier de rapport : il n'a pas d'editions.json"
        return complain(f"--check: {folder} {missing}", MISUSED)
    try:
        ledger, altered = check(folder)
    except (ValueError, OSError) as error:
        return complain(str(error), FAILED)
    for path in altered:
        complain(f"{path} n'est plus ce qui a été arrêté : remettez-le d'une sauvegarde", FAILED)
    for entry in ledger.kept:
        if not any(path.startswith(f"edition-{entry.number}/") for path in altered):
            print(f"édition {entry.number}, arrêtée : intacte, {len(entry.files)} fichiers")
    if not ledger.kept:
        print(f"{folder} : aucune édition arrêtée")
    return FAILED if altered else OK
