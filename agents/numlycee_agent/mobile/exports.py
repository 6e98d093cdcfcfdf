"""CSV exports as people send them: any separator, any encoding, any end of line."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from numlycee.settings import SettingsError
from numlycee_agent.mobile.columns import Layout, layout_of

LARGEST = 32 << 20
"""Octets of one export."""
_SEPARATORS = ";,\t"
_NO_COLUMN = (
    "aucune colonne de numéros de série ni d'adresses MAC ; la première ligne doit porter les "
    "titres, comme « Numéro de série » ou « Adresse MAC »"
)


class Export:
    """One file, its headings read; raises `SettingsError` for one that is no such export."""

    def __init__(self, path: Path) -> None:
        text = _decode(_octets(path))
        self._path = path
        self._rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
        self.headings = next((row for _, row in self._filled()), [])
        self.layout: Layout = layout_of(self.headings)
        if self.layout.serial is None and not self.layout.macs:
            raise SettingsError(f"{path}: {_NO_COLUMN}")

    def rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield each row that holds anything, with its line."""
        return self._filled()

    def _filled(self) -> Iterator[tuple[int, list[str]]]:
        try:
            for row in self._rows:
                if any(map(str.strip, row)):
                    yield self._rows.line_num, row
        except csv.Error:
            message = f"{self._path}: ligne {self._rows.line_num} : n'est pas du CSV"
            raise SettingsError(message) from None


def _octets(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            octets = file.read(LARGEST + 1)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    if len(octets) > LARGEST:
        raise SettingsError(f"{path}: plus de {LARGEST >> 20} Mio : ce n'est pas une liste")
    return octets


def _decode(octets: bytes) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


def _separator(text: str) -> str:
    """Return what parts the cells of the first line that is not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_SEPARATORS, key=first.count)
