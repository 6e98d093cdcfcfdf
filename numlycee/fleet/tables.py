"""Tables of others as they come: byte-order mark, delimiter, cells that hold several lines."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from numlycee.settings import SettingsError

if TYPE_CHECKING:
    from _csv import Reader as _Reader

_DELIMITERS = (";", ",", "\t", "|")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line of the file on which it begins, and its cells by heading."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The headings of a CSV file in their order, and its records."""

    path: Path
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_text(path: Path) -> str:
    """Return a text in UTF-8 without its byte-order mark; raises `SettingsError`."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        message = f"{path}: cannot be read as UTF-8 text: {error}; save it again as « CSV UTF-8 »"
        raise SettingsError(message) from error


def read_table(path: Path, delimiter: str = ";") -> Table:
    """Read a CSV file with a header; with no delimiter, the one that parts its header most.

    Raises `SettingsError` naming the line, also for a record with more cells than the header.
    """
    text = read_text(path)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter or _parting(text), strict=True
    )
    try:
        headings = tuple(heading.strip() for heading in next(reader, []))
        _refuse_twins(path, headings)
        return Table(path, headings, tuple(_rows(path, reader, headings)))
    except csv.Error as error:
        message = f"{path}, line {reader.line_num}: {error}; is a quotation mark left open?"
        raise SettingsError(message) from error


def _parting(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _refuse_twins(path: Path, headings: tuple[str, ...]) -> None:
    named = [heading for heading in headings if heading]
    for heading in dict.fromkeys(named):
        if named.count(heading) > 1:
            raise SettingsError(f"{path}, line 1: column {heading!r} stands twice; keep one")


def _rows(path: Path, reader: "_Reader", headings: tuple[str, ...]) -> Iterator[Row]:
    line = reader.line_num + 1
    for record in reader:
        if any(cell.strip() for cell in record[len(headings) :]):
            counted = f"{len(record)} cells, {len(headings)} in the header"
            remedy = "put a text that holds the delimiter between quotation marks"
            raise SettingsError(f"{path}, line {line}: {counted}; {remedy}")
        if any(cell.strip() for cell in record):
            yield Row(line, dict(zip(headings, record, strict=False)))
        line = reader.line_num + 1
