"""The events of the official school calendar as iCal (RFC 5545), one file per zone or for all."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from numlycee.fleet.school_lines import Line, checked, concerns, local_day

Event = Mapping[str, str]


def events(lines: Sequence[str], school_zone: str) -> Iterator[Line]:
    """Yield the events that concern a zone (A, B or C); raises `ValueError` naming the line."""
    for number, event in _vevents(lines):
        if concerns(_zones(event), school_zone):
            words = re.sub(r"\s*-\s*Zones?\b.*", "", event.get("SUMMARY", ""))
            start = _day(number, event, "DTSTART")
            end = _day(number, event, "DTEND") if "DTEND" in event else start
            yield checked(Line(number, words, start, end, free=False))


def _zones(event: Event) -> str:
    """Return what says the zones: a place, else the title, else the number of the file's zone."""
    told = (event.get(name, "") for name in ("LOCATION", "SUMMARY"))
    zones = next((text for text in told if "zone" in text.casefold()), "")
    return zones or ("" if event.get("LOCATION") else event.get("UID", ""))


def _day(number: int, event: Event, name: str) -> date:
    text = event.get(name, "")
    try:
        return local_day(text)
    except ValueError:
        message = f"line {number}: {name}: {text!r} is not a date: download the file again"
        raise ValueError(message) from None


def _vevents(lines: Sequence[str]) -> Iterator[tuple[int, Event]]:
    """Yield the line and the properties of each event, without their parameters."""
    first, event = 0, dict[str, str]()
    for number, line in _unfolded(lines):
        name, _, value = line.strip().partition(":")
        name = name.partition(";")[0].upper()
        if (name, value) == ("BEGIN", "VEVENT"):
            first, event = number, {}
        elif (name, value) == ("END", "VEVENT"):
            yield first, event
        else:
            event[name] = value


def _unfolded(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield whole lines: one that begins with a blank continues the one before (section 3.1)."""
    first, whole = 1, ""
    for number, line in enumerate(lines, 1):
        if line.startswith((" ", "\t")):
            whole += line[1:]
        else:
            yield first, whole
            first, whole = number, line
    yield first, whole
