"""What the commands share: exit codes, the types of their arguments, the options they repeat."""

import argparse
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

OK, FAILED, MISUSED = 0, 1, 2

FORMATS = ("table", "json", "csv")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (its only name)
Run: TypeAlias = Callable[[argparse.Namespace], int]


def command(
    commands: Commands, name: str, run: Run, about: str, extra: str = "collector"
) -> argparse.ArgumentParser:
    """Add one command; `extra` names what to install where a library of it is absent."""
    added = commands.add_parser(name, help=about, description=about)
    added.set_defaults(run=run, extra=extra)
    return added


def configured(added: argparse.ArgumentParser) -> None:
    """Let a command be told its configuration: `options.config`, a path."""
    added.add_argument(
        "-c",
        "--config",
        type=Path,
        default=Path("numlycee.toml"),
        metavar="FICHIER",
        help="configuration du centre (défaut : numlycee.toml)",
    )


def year(added: argparse._ActionsContainer, *, required: bool = True) -> None:
    """Let a command be told its school year: `options.year`, as it was typed."""
    added.add_argument("--year", required=required, metavar="AAAA-AAAA", help="année scolaire")


def formatted(added: argparse.ArgumentParser) -> None:
    """Let a command be told how to write: `options.format`, one of `FORMATS`."""
    added.add_argument(
        "--format", choices=FORMATS, default="table", help="présentation (défaut : table)"
    )


def answered(answer: Callable[[], None]) -> int:
    """Answer from the store; returns the exit code, and tells in one line why it cannot."""
    from numlycee.adapters.sql import StoreError  # noqa: PLC0415 (the bare install has it not)
    from numlycee.collector.ports import StoreUnavailableError  # noqa: PLC0415
    from numlycee.domain.calendars import UnknownDateError  # noqa: PLC0415

    try:
        answer()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has gone: what is left goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (StoreError, StoreUnavailableError, UnknownDateError, OSError) as error:
        return complain(str(error), FAILED)
    return OK


def positive(text: str) -> int:
    """Read a whole number from 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("doit être au moins 1")
    return value


def port(text: str) -> int:
    """Read a port of TCP, 0 for a free one."""
    value = int(text)
    if not 0 <= value <= 65535:  # noqa: PLR2004 (the ports of TCP)
        raise argparse.ArgumentTypeError("doit être de 0 à 65535")
    return value


def duration(text: str) -> float:
    """Read a number of seconds, or a speed: finite and more than 0."""
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("doit être un nombre plus grand que 0")
    return value


def complain(message: str, code: int) -> int:
    """Tell a person on stderr what went wrong; returns the exit code that says so."""
    print(f"numlycee : {message}", file=sys.stderr)
    return code
