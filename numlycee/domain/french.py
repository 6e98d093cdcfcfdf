"""How figures are written for French readers: truncated, never rounded up."""

from datetime import date, datetime
from unicodedata import combining, normalize

from numlycee.domain.calendars import zone_of
from numlycee.domain.devices import FEW, Headcount
from numlycee.domain.durations import HOUR
from numlycee.domain.tallies import Rate

NARROW = "\u202f"
NOT_MEASURED = "non mesuré"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def percentage(rate: Rate, decimals: int = 2) -> str:
    """Write « 99,95 % », truncated; « non mesuré » without a denominator."""
    figure = rate.truncated(decimals)
    if figure is None:
        return NOT_MEASURED
    sign, digits = ("-" if figure < 0 else ""), str(abs(figure)).rjust(decimals + 1, "0")
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    return f"{sign}{whole}{',' if fraction else ''}{fraction}{NARROW}%"


def duration(milliseconds: int) -> str:
    """Write « 45 s », « 12 min », « 2 h 25 », « 3 j 4 h », truncated to what is shown."""
    seconds = milliseconds // 1000
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if minutes < 1:
        return f"{seconds}{NARROW}s"
    if hours < 1:
        return f"{minutes}{NARROW}min"
    if days < 1:
        return f"{hours}{NARROW}h{NARROW}{minutes % 60:02d}"
    return f"{number(days)}{NARROW}j{NARROW}{hours % 24}{NARROW}h"


def hours(milliseconds: int) -> str:
    """Write « 1 234 h »; less than an hour as « 12 min »."""
    if milliseconds < HOUR:
        return duration(milliseconds)
    return f"{number(milliseconds // HOUR)}{NARROW}h"


def number(value: int) -> str:
    """Write « 230 000 » with narrow spaces between thousands."""
    return f"{value:,}".replace(",", NARROW)


def headcount(devices: Headcount) -> str:
    """Write « 541 », « moins de 5 », « de 541 à 544 »."""
    if devices.exact is not None:
        return number(devices.exact)
    if devices == FEW:
        return f"moins de {FEW.high + 1}"
    return f"de {number(devices.low)} à {number(devices.high)}"


def plural(count: int, noun: str) -> str:
    """Write « 0 lycée », « 1 lycée », « 2 lycées »."""
    return f"{number(count)} {noun}{'s' if count > 1 else ''}"


def plain(text: str) -> str:
    """Return a text without case and accents, to sort by: « Bédarieux » before « Blagnac »."""
    return "".join(c for c in normalize("NFKD", text) if not combining(c)).casefold()


def day(instant: int, zone: str) -> str:
    """Write « 6 avril 2021 », « 1er mai 2026 » in local time."""
    return calendar_day(datetime.fromtimestamp(instant / 1000, zone_of(zone)).date())


def calendar_day(of: date) -> str:
    """Write « 6 avril 2021 », « 1er mai 2026 »."""
    rank = "1er" if of.day == 1 else str(of.day)
    return f"{rank} {MONTHS[of.month - 1]} {of.year}"


def month(name: str) -> str:
    """Write « septembre 2025 » for « 2025-09 »."""
    return f"{MONTHS[int(name[5:]) - 1]} {name[:4]}"


def moment(instant: int, zone: str) -> str:
    """Write « 23/11/2026 à 17 h 04 » in local time."""
    local = datetime.fromtimestamp(instant / 1000, zone_of(zone))
    return f"{local:%d/%m/%Y} à {local:%H}{NARROW}h{NARROW}{local:%M}"


def iso(instant: int, zone: str) -> str:
    """Write an instant as ISO 8601 with its offset, to the second, for machines."""
    return datetime.fromtimestamp(instant // 1000, zone_of(zone)).isoformat()
