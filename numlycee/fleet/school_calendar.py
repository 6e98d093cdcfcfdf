"""The holidays of one zone from the official school calendar, and the years that it tells whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from numlycee.domain.calendars import first_year
from numlycee.domain.school import SchoolHolidays
from numlycee.fleet.school_ical import events
from numlycee.fleet.school_lines import Line, plain, rows
from numlycee.settings import SettingsError

WHOLE = {
    "toussaint": "Vacances de la Toussaint",
    "noel": "Vacances de Noël",
    "hiver": "Vacances d'Hiver",
    "printemps": "Vacances de Printemps",
    "ete": "Vacances d'Été",
}
"""The holidays without which a school year is not known, by the word that names each."""

_TEACHERS = ("enseignants", "prerentree")
_SEPTEMBER = 9
_ONE_DAY = timedelta(days=1)
_WORKING_DAYS = 5

Groups = Mapping[tuple[str, int], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class _Returns:
    """The days on which pupils come back from summer, by civil year."""

    days: Mapping[int, date]

    def end(self, line: Line) -> date:
        """Return when a holiday is over: a summer of which only the beginning is told, too."""
        if line.end > line.start:
            return line.end
        if line.names("ete"):
            return self.days.get(line.start.year, date(line.start.year, _SEPTEMBER, 1))
        return line.start + _ONE_DAY


def read_school_calendar(path: Path, school_zone: str) -> SchoolHolidays:
    """Return the holidays of a zone (A, B or C) from the ministry's CSV or iCal file.

    A school year is known when the file tells the return to class that begins it and its five
    holidays, without two lines that disagree. Raises `SettingsError` naming file, line, column
    and remedy.
    """
    lines = [line for line in _lines(path, school_zone) if not line.names(*_TEACHERS)]
    returns = _Returns(_returns(lines))
    groups = _groups(line for line in lines if not line.names("rentree"))
    joined = {key: _join(group, returns) for key, group in groups.items()}
    gaps = dict(_gaps(joined, returns))
    years = frozenset(year for _, year in joined if year not in gaps)
    if not years:
        last = next((f"{year}-{year + 1} {gaps[year]}" for year in sorted(gaps, reverse=True)), "")
        message = (
            f"{path}: tells no whole school year of zone {school_zone}: {last or 'no line of it'}: "
            "download the official school calendar again"
        )
        raise SettingsError(message)
    days = {day: name for parts in joined.values() for part in parts for day, name in _days(part)}
    told = {year: f"{path.name} {gap}" for year, gap in gaps.items()}
    return SchoolHolidays(path.name, days, years, told)


def _lines(path: Path, school_zone: str) -> list[Line]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as UTF-8 text: {error}"
        raise SettingsError(message) from error
    reader = events if text.lstrip().startswith("BEGIN:VCALENDAR") else rows
    try:
        return list(reader(text.splitlines(), school_zone))
    except ValueError as error:
        message = f"{path}, {error}"
        raise SettingsError(message) from error


def _returns(lines: Iterable[Line]) -> dict[int, date]:
    told = [line.start for line in lines if line.names("rentree")]
    told += [line.end for line in lines if line.names("ete") and line.end > line.start]
    return {day.year: day for day in sorted(told)}


def _groups(lines: Iterable[Line]) -> Groups:
    """Return the lines of each holiday of each school year; a zone has one per académie."""
    groups: defaultdict[tuple[str, int], list[Line]] = defaultdict(list)
    for line in lines:
        word = next((word for word in (*WHOLE, "ascension") if line.names(word)), "")
        groups[word or f"{plain(line.words)} {line.start}", first_year(line.start)].append(line)
    return groups


def _join(group: Sequence[Line], returns: _Returns) -> list[Line]:
    """Return what several lines tell of one holiday: one line, unless they disagree.

    Equal lines are one; a line that begins when another ends goes on with it.
    """
    joined: list[Line] = []
    ends = {(line.start, returns.end(line)): line for line in reversed(group)}
    for (start, end), line in sorted(ends.items(), key=lambda item: item[0]):
        if joined and joined[-1].end == start:
            joined[-1] = replace(joined[-1], end=end)
        else:
            single = line.start == line.end and not line.names("ete")
            joined.append(replace(line, end=end, free=line.free or single))
    return joined


def _gaps(
    joined: Mapping[tuple[str, int], Sequence[Line]], returns: _Returns
) -> Iterator[tuple[int, str]]:
    """Yield what keeps a school year from being known."""
    for year in {year for _, year in joined}:
        lacking = [name for word, name in WHOLE.items() if (word, year) not in joined]
        if year not in returns.days:
            lacking.insert(0, "the return to class")
        split = [parts for (_, of), parts in joined.items() if of == year and len(parts) > 1]
        if lacking:
            yield year, f"lacks {', '.join(lacking)}"
        elif split:
            one, other, *_ = sorted(split[0], key=lambda line: line.number)
            yield year, f"disagrees about {one.words} in lines {one.number} and {other.number}"


def _days(line: Line) -> Iterator[tuple[date, str]]:
    """Yield the days off; on a working day of departure there is class, on a Saturday none."""
    classes = not line.free and line.start.weekday() < _WORKING_DAYS
    day = line.start + _ONE_DAY * classes
    while day < line.end:
        yield day, line.words.removeprefix("Début des ")
        day += _ONE_DAY
