"""What the imports share: exports to read, a file to write, and the words that say so."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numlycee.app.equipment import Asked


def reading(added: argparse.ArgumentParser) -> None:
    """Let a command be told where exports come from: `options.system`."""
    added.add_argument(
        "--from",
        dest="system",
        choices=("csv", "glpi", "netbox"),
        default="csv",
        help="d'où viennent ces exports (défaut : csv)",
    )


def writing(added: argparse.ArgumentParser, what: str) -> None:
    """Let a command be told to write, which it does not by itself: `options.write`."""
    added.add_argument(
        "--write",
        action="store_true",
        help=f"{what} (défaut : montre ce qui changerait, sans rien changer)",
    )


def asked(options: argparse.Namespace) -> "Asked":
    """Return the exports that a command was told; raises `SettingsError`."""
    from numlycee.app.equipment import Asked  # noqa: PLC0415 (the bare install has it not)
    from numlycee.fleet.exports import System  # noqa: PLC0415
    from numlycee.fleet.nature import named  # noqa: PLC0415

    word = getattr(options, "kind", None)
    usual = named(word) if word else None
    return Asked(System(options.system), options.files, usual, getattr(options, "whole", False))


def wrote(path: Path, *, before: bool) -> None:
    """Say that a file was written, and where what it was is kept."""
    kept = f" ; ce qu'il était : {path}.before" if before else ""
    print(f"{path} : écrit{kept}")


def unchanged(path: Path, *, changes: bool) -> None:
    """Say that a file was not written."""
    print(f"{path} : " + ("inchangé ; --write l'écrit" if changes else "rien à changer"))
