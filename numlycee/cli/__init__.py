"""The command line of the centre: arguments, exit codes, and nothing else."""

import argparse
from collections.abc import Callable, Sequence

from numlycee import __version__
from numlycee.cli import (
    backup,
    calendar,
    check,
    compare,
    demo,
    explain,
    inventory,
    key,
    migrate,
    rates,
    report,
    restore,
    run,
    schema,
)
from numlycee.cli.options import FAILED, MISUSED, OK, complain
from numlycee.settings import SettingsError

__all__ = ["FAILED", "MISUSED", "OK", "main", "outcome", "parser"]

_COMMANDS = (
    run, demo, rates, explain, compare, report, calendar, inventory, backup, restore, check,
    migrate, key, schema,
)  # fmt: skip

_ABOUT = """\
numlycee veille sur les équipements numériques des lycées et dit, preuves à l'appui, combien ils
ont été disponibles. (numlycee watches the digital equipment of lycées and can say, with proof,
how available it has been.)"""

_EXAMPLES = """\
exemples :
  numlycee demo                              une Région simulée, la page s'ouvre
  numlycee run -c numlycee.toml              le collecteur, pour de vrai
  numlycee key 0310036W -c numlycee.toml     la clé de récépissé à donner à l'agent du lycée
  numlycee rates --window 30d -c numlycee.toml
  numlycee explain 0310036W/lien --at 2026-03-12 -c numlycee.toml
  numlycee compare --year 2025-2026 --class link -c numlycee.toml
  numlycee report --year 2025-2026 --out rapport -c numlycee.toml

codes de retour : 0 réussite, 1 échec, 2 commande ou configuration à corriger."""

_EXTRAS = {"asyncpg": "postgresql", "aio_pika": "rabbitmq", "aiormq": "rabbitmq"}
"""Libraries that only some configurations need, and what brings them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code, 0 success, 1 failure, 2 usage or configuration."""
    options = parser().parse_args(arguments)
    return outcome(options.run, options)


def outcome(command: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """Run a command and return its exit code; what stopped it is told in one line."""
    try:
        return command(options)
    except SettingsError as error:
        return complain(str(error), MISUSED)
    except ModuleNotFoundError as error:
        return complain(_missing(error, options.extra), FAILED)
    except KeyboardInterrupt:
        return complain("interrompu", FAILED)


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command; the documentation is checked against it."""
    top = argparse.ArgumentParser(
        prog="numlycee",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"numlycee {__version__}")
    commands = top.add_subparsers(title="commandes", metavar="COMMANDE", required=True)
    for command in _COMMANDS:
        command.add(commands)
    return top


def _missing(error: ModuleNotFoundError, extra: str) -> str:
    if error.name is not None and error.name.split(".")[0] == "numlycee":
        raise error
    extra = _EXTRAS.get(error.name or "", extra)
    return (
        f"la bibliothèque {error.name!r} n'est pas installée ; "
        f"il faut : pip install 'numlycee[{extra}]'"
    )
