"""The lines of the official school calendar as open data, or of the same written by hand (CSV)."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from numlycee.domain.french import plain
from numlycee.fleet.headings import cells, found

COLUMNS = {
    "words": ("description",),
    "population": ("population",),
    "start": ("start_date", "date de début", "date_debut", "premier_jour_libere"),
    "end": ("end_date", "date de fin", "date_fin", "reprise"),
    "zones": ("zones", "zone"),
}
"""For each figure of a line, the headings under which files give it, in lower case."""

OPTIONAL = frozenset({"population"})
FREE = "premier_jour_libere"
"""The heading of a first day off; the others give the day on which people leave after class."""

LONGEST = 92
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Line:
    """One holiday as a file gives it: `end` is the day of return.

    `end` equals `start` for a single day and for the bare beginning of a summer; `free` says that
    `start` is a day off already, not the day on which people leave after class.
    """

    number: int
    words: str
    start: date
    end: date
    free: bool

    def names(self, *words: str) -> bool:
        """Say whether the description holds one of these words, written plain."""
        return not {*re.findall(r"[a-z]+", plain(self.words))}.isdisjoint(words)


def rows(lines: Sequence[str], school_zone: str) -> Iterator[Line]:
    """Yield the lines that concern the pupils of a zone (A, B or C) in upper schools.

    Raises `ValueError` naming line, column and remedy.
    """
    reader = csv.DictReader(lines, delimiter=";")
    columns = _columns(reader.fieldnames or ())
    free = columns["start"].strip().lower() == FREE
    for row in reader:
        fields = cells(row, columns)
        if concerns(fields["zones"], school_zone) and _pupils(fields.get("population", "")):
            number, words = reader.line_num, fields["words"]
            start = _day(number, columns["start"], fields["start"])
            end = _day(number, columns["end"], fields["end"]) if fields["end"] else start
            line = checked(Line(number, words, start, end, free))
            if not (fields["end"] or line.names("ete")):
                message = f"line {number}: {columns['end']}: is empty; give the day of return"
                raise ValueError(message)
            yield line


def concerns(zones: str, school_zone: str) -> bool:
    """Say whether « Zone C », « Zones A/C - Corse » or « C » names a zone."""
    return school_zone in re.findall(r"\b[ABC]\b", zones)


def local_day(text: str) -> date:
    """Read a date, or the local date in Paris of an instant; raises `ValueError`."""
    if len(text) <= len("2025-10-18"):
        return date.fromisoformat(text)
    instant = datetime.fromisoformat(text)
    return (instant.astimezone(PARIS) if instant.tzinfo else instant).date()


def checked(line: Line) -> Line:
    """Return a line whose dates are those of a holiday; raises `ValueError` for another."""
    days = (line.end - line.start).days
    if not 0 <= days <= LONGEST:
        message = (
            f"line {line.number}: {line.words!r} lasts {days} days, {line.start} to {line.end}: "
            "correct its dates, or take the line away"
        )
        raise ValueError(message)
    return line


def _columns(headings: Sequence[str]) -> dict[str, str]:
    columns = found(headings, COLUMNS)
    for name, aliases in COLUMNS.items():
        if name not in columns and name not in OPTIONAL:
            message = (
                f"line 1: no column {' or '.join(map(repr, aliases))}: "
                "the official school calendar has one, its columns separated by semicolons"
            )
            raise ValueError(message)
    return columns


def _pupils(population: str) -> bool:
    told = plain(population)
    return told in {"", "-"} or ("eleve" in told and "premier degre" not in told)


def _day(number: int, heading: str, text: str) -> date:
    try:
        return local_day(text)
    except ValueError:
        message = f"line {number}: {heading}: {text!r} is not a date: write it as 2025-10-18"
        raise ValueError(message) from None
