"""The holidays of one zone from the official school calendar, and the years that it tells whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from numlycee.domain.calendars import first_year
from numlycee.domain.french import plain
from numlycee.domain.school import SchoolHolidays
from numlycee.fleet.school_ical import events
from numlycee.fleet.school_lines import Line, rows
from numlycee.settings import SettingsError

WHOLE = {
    "toussaint": "Vacances de la Toussaint",
    "noel": "Vacances de Noël",
    "hiver": "Vacances d'Hiver",
    "printemps": "Vacances de Printemps",
    "ete": "Vacances d'Été",
}
"""The holidays without which a school year is not known, by the word that names each."""

BRIDGE = "ascension"
_TEACHERS = ("enseignants", "prerentree")
_SEPTEMBER = 9
_ONE_DAY = timedelta(days=1)
_THURSDAY, _WORKING_DAYS, _WEEK = 3, 5, 7

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
        word = next((word for word in (*WHOLE, BRIDGE) if line.names(word)), "")
        groups[word or f"{plain(line.words)} {line.start}", first_year(line.start)].append(line)
    return groups


def _join(group: Sequence[Line], returns: _Returns) -> list[Line]:
    """Return what several lines tell of one holiday: one line, unless they disagree.

    Lines that free the same working days are one, the longest; a line that begins when another
    ends goes on with it.
    """
    told: dict[tuple[date, date], Line] = {}
    for line in group:
        whole = _whole(line, returns)
        key = _freed(whole)
        told[key] = max(told.get(key, whole), whole, key=lambda one: one.end - _first(one))
    joined: list[Line] = []
    for line in sorted(told.values(), key=lambda line: (line.start, line.end)):
        if joined and joined[-1].end == line.start:
            joined[-1] = replace(joined[-1], end=line.end)
        else:
            joined.append(line)
    return joined


def _whole(line: Line, returns: _Returns) -> Line:
    """Return a line with its end; a bridge that ends with the week frees its weekend too."""
    single = line.start == line.end and not line.names("ete")
    end = returns.end(line)
    return replace(line, end=_working(end) if line.names(BRIDGE) else end, free=line.free or single)


def _freed(line: Line) -> tuple[date, date]:
    """Return the working days that a line frees; bridges may tell Ascension Day or not."""
    return date.min if line.names(BRIDGE) else _working(_first(line)), _working(line.end)


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
    day = _first(line)
    while day < line.end:
        yield day, line.words.removeprefix("Début des ")
        day += _ONE_DAY


def _first(line: Line) -> date:
    """Return the first day off: there is class on a working day of departure, on a Saturday none.

    A bridge is told from the Wednesday whose classes people leave after, from Ascension Day, or
    from the Friday alone.
    """
    away = line.free or _working(line.start) > line.start
    bridge = line.names(BRIDGE) and line.start.weekday() >= _THURSDAY
    return line.start if away or bridge else line.start + _ONE_DAY


def _working(day: date) -> date:
    """Return a day, or the Monday after a Saturday or a Sunday."""
    return day + _ONE_DAY * (_WEEK - day.weekday()) if day.weekday() >= _WORKING_DAYS else day
