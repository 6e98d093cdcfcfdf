"""The French words of an explanation: rules, states, instants, lengths."""

from dataclasses import dataclass
from datetime import date, datetime
from textwrap import fill, indent

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from numlycee.domain.calendars import Ground, zone_of
from numlycee.domain.causes import Cause
from numlycee.domain.french import DAYS, NARROW, number
from numlycee.domain.inventory import Vantage
from numlycee.domain.states import State
from numlycee.domain.words import CAUSES
from numlycee.rates.explanation.model import Due, Rule, Vote
from numlycee.rates.model import Hours

HOURS = {Hours.SERVICE: "heures de service", Hours.ALWAYS: "24 h sur 24"}
GROUNDS = {
    Ground.SCHOOL: "vacances scolaires",
    Ground.PUBLIC: "jour férié",
    Ground.EXCEPTION: "exception",
}
STATES = {
    State.UP: "en service",
    State.DEGRADED: "dégradé",
    State.DOWN: "en panne",
    State.UNREACHABLE: "injoignable",
    State.UNOBSERVED: "non mesuré",
}
VANTAGES = {Vantage.SITE: "agent du lycée", Vantage.CENTRE: "centre"}
DUE = {
    Due.DUE: "oui",
    Due.CLOSED: "fermé",
    Due.UNBORN: "pas encore",
    Due.RETIRED: "retirée",
    Due.MAINTENANCE: "vécu seul",
}
RULES = {
    Rule.ALONE: "une seule exécution en rend compte : c'est elle qui est lue.",
    Rule.GREATER_RUN: (
        "plusieurs exécutions en rendent compte : on lit la plus grande (début, nom), les autres "
        "restent gardées."
    ),
    Rule.CENTRE: (
        "l'agent du lycée ne voit rien : le centre, qui sonde du dehors, est lu à sa place ; ce "
        "qu'il voit en panne a pour cause « lycée muet »."
    ),
    Rule.NOT_LISTED: "l'inventaire en vigueur ne nomme pas la ressource : elle n'est pas mesurée.",
    Rule.NOBODY: "personne n'en rend compte : non mesuré, jamais « en service ».",
    Rule.PARTS: "chaque composante compte ; la moins bonne décide.",
    Rule.VOTE: "trois lycées au moins votent : leur vote décide.",
    Rule.CENTRE_DECIDES: "moins de trois votants : le centre, qui l'a vu lui-même, décide.",
    Rule.FEW_VOTERS: "moins de trois votants : personne ne décide, c'est non mesuré.",
}
MARKS = {rule: chr(ord("a") + place) for place, rule in enumerate(Rule)}
VOTES = {
    Vote.WORKS: "voit le service en marche",
    Vote.FAILS: "voit le service en panne",
    Vote.NO_LINK: "ne vote pas : aucune liaison suivie",
    Vote.LINK_AT_FAULT: "ne vote pas : sa propre liaison est en cause, ou n'est pas vue",
    Vote.SAW_NOTHING: "ne vote pas : il n'a pas observé le service",
}


@dataclass(frozen=True, slots=True)
class Local:
    """Instants as they are read on a wall clock of one zone, to what the account keeps of them.

    Where the clocks change inside the window, times carry their offset from UTC.
    """

    zone: str
    changing: bool = False

    @classmethod
    def over(cls, zone: str, start: int, end: int) -> "Local":
        """Return the clock of a window."""
        offsets = {
            datetime.fromtimestamp(at // 1000, zone_of(zone)).utcoffset() for at in (start, end)
        }
        return cls(zone, changing=len(offsets) > 1)

    def day(self, instant: int) -> str:
        """Write « 12/03/2026 »."""
        return f"{self._read(instant):%d/%m/%Y}"

    def time(self, instant: int) -> str:
        """Write « 10:04:05 », « 10:04:05,250 » with milliseconds where there are any."""
        read, thousandths = self._read(instant), instant % 1000
        fraction = f",{thousandths:03d}" if thousandths else ""
        offset = f" {read:%z}"[:4] if self.changing else ""
        return f"{read:%H:%M:%S}{fraction}{offset}"

    def moment(self, instant: int) -> str:
        """Write « 12/03/2026 à 10:04:05 »."""
        return f"{self.day(instant)} à {self.time(instant)}"

    def _read(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant // 1000, zone_of(self.zone))


def weekday(day: str) -> str:
    """Write « jeudi 12/03/2026 » for an ISO date."""
    read = date.fromisoformat(day)
    return f"{DAYS[read.weekday()]} {read:%d/%m/%Y}"


def seconds(milliseconds: int, unit: str = f"{NARROW}s") -> str:
    """Write « 39 600 s », « 0,250 s »: every millisecond is said."""
    whole, thousandths = divmod(milliseconds, 1000)
    fraction = f",{thousandths:03d}" if thousandths else ""
    return f"{number(whole)}{fraction}{unit}"


def cause(kept: Cause | None) -> str:
    """Write a cause in words."""
    return CAUSES[kept] if kept else ""


def indented(item: str | Table, console: Console, margin: int = 3) -> None:
    """Print a sentence or a table with a margin; what follows a break of a sentence hangs."""
    if isinstance(item, str):
        console.print(Text(indent(wrapped(item, console.width - margin), " " * margin)))
    else:
        console.print(Padding(item, (0, 0, 0, margin), expand=False))


def wrapped(sentence: str, width: int) -> str:
    """Break a sentence where it may be: a narrow space, inside a number, does not part words."""
    hanging = len(sentence) - len(sentence.lstrip(" -")) + (2 if sentence[0] == " " else 0)
    return fill(sentence, width, subsequent_indent=" " * hanging)


def columns(*headings: str) -> Table:
    """Return an empty table; a heading begins with « > » over figures, with « = » over instants."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(
            heading.lstrip(">="),
            justify="right" if heading.startswith(">") else "left",
            no_wrap=heading.startswith((">", "=")),
            overflow="ellipsis" if heading.startswith((">", "=")) else "fold",
        )
    return table
