"""The two languages of the local page: French first, English for whoever prefers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from numlycee.domain import french
from numlycee.domain.calendars import zone_of
from numlycee_agent.local.english import ENGLISH


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language; called with a French text, returns it as this language says it.

    Raises `KeyError` for a text that was never translated.
    """

    code: str
    zone: str
    texts: Mapping[str, str] | None = field(default=None, repr=False)

    def __call__(self, text: str) -> str:
        """Return a text in this language."""
        return text if self.texts is None else self.texts[text]

    def count(self, number: int, one: str, many: str) -> str:
        """Return « 1 switch », « 12 switches », from the French of both."""
        few = number < 2 if self.texts is None else number == 1  # noqa: PLR2004 (zéro is singular)
        return f"{french.number(number)} {self(one if few else many)}"

    def duration(self, milliseconds: int) -> str:
        """Return « 3 j 4 h », « 3 d 4 h », truncated to what is shown."""
        spelt = french.duration(max(0, milliseconds))
        return spelt if self.texts is None else spelt.replace("j", "d")

    def moment(self, instant: int) -> str:
        """Return a date and an hour, local to the site."""
        if self.texts is None:
            return french.moment(instant, self.zone)
        return f"{datetime.fromtimestamp(instant / 1000, zone_of(self.zone)):%d %b %Y %H:%M}"

    def second(self, instant: int) -> str:
        """Return the hour to the second, local to the site."""
        return f"{datetime.fromtimestamp(instant / 1000, zone_of(self.zone)):%H:%M:%S}"

    def decimal(self, value: float, digits: int) -> str:
        """Return a number with so many digits after its comma."""
        spelt = f"{value:,.{digits}f}".replace(",", french.NARROW)
        return spelt.replace(".", ",") if self.texts is None else spelt


def tongue_for(accepted: str, zone: str) -> Tongue:
    """Return the language that an `Accept-Language` asks for (RFC 9110 § 12.5.4)."""
    wanted = {"fr": 0.0, "en": 0.0}
    for part in accepted[:200].split(","):
        name, _, weight = part.strip().partition(";")
        code = name.partition("-")[0].strip().lower()
        if code in wanted:
            wanted[code] = max(wanted[code], _weight(weight))
    return Tongue("en", zone, ENGLISH) if wanted["en"] > wanted["fr"] else Tongue("fr", zone)


def _weight(text: str) -> float:
    _, _, figure = text.strip().partition("q=")
    if not text.strip():
        return 1.0
    try:
        return min(1.0, max(0.0, float(figure)))
    except ValueError:
        return 0.0
