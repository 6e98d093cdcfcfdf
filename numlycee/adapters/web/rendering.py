"""Templates: always escaped, with the French filters, and the files that go with the pages."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from numlycee.adapters.web import words
from numlycee.adapters.web.conditions import WORST_FIRST
from numlycee.adapters.web.troubles import gather, shown
from numlycee.domain import french
from numlycee.domain.objectives import Verdict
from numlycee.domain.states import State
from numlycee.rates.model import Figures, judged_on

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
MENU = (
    ("/", "État"),
    ("/incidents", "Incidents"),
    ("/disponibilite", "Disponibilité"),
    ("/lycees", "Lycées"),
    ("/methode", "Méthode"),
)
VERDICT_STATES = {
    Verdict.MET: State.UP,
    Verdict.MISSED: State.DOWN,
    Verdict.UNDECIDED: State.DEGRADED,
    Verdict.NOT_MEASURED: State.UNOBSERVED,
}
BAR_HEIGHTS = {"good": 11, "poor": 17, "bad": 24, "unknown": 11, "none": 2}
BAR_WORDS = (
    ("good", "objectif du jour tenu"),
    ("poor", "sous l’objectif"),
    ("bad", "plus de cinq fois la panne permise"),
    ("unknown", "non mesuré"),
    ("none", "aucun service dû"),
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page's own, with its type and its versioned address."""

    body: bytes
    type: str
    address: str


def assets() -> dict[str, Asset]:
    """Return the files of `static/` by name."""
    return {path.name: _asset(path) for path in sorted((HERE / "static").iterdir())}


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    version = hashlib.sha256(body).hexdigest()[:12]
    return Asset(body, TYPES[path.suffix], f"/static/{path.name}?v={version}")


class Templates:
    """The templates of the pages; what they are given is escaped, what is missing is an error."""

    def __init__(self, files: Mapping[str, Asset]) -> None:
        """Compile lazily from the package's own folder."""
        self.environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.environment.globals |= {
            "assets": {name: file.address for name, file in files.items()},
            "menu": MENU,
            "words": words,
            "order": (State.UP, *WORST_FIRST[:-1]),
            "heights": BAR_HEIGHTS,
            "bar_words": BAR_WORDS,
            "verdict_states": VERDICT_STATES,
            "judged_on": judged_on,
            "shown": shown,
            "gather": gather,
        }
        self.environment.filters |= {
            "percentage": french.percentage,
            "duration": french.duration,
            "number": french.number,
            "headcount": french.headcount,
            "calendar_day": french.calendar_day,
            "seconds": seconds,
            "hours": french.hours,
            "restore": restore,
        }
        self.zones: dict[str, Environment] = {}

    def render(self, name: str, zone: str, here: str, context: Mapping[str, Any]) -> str:
        """Return a page, its instants written in a time zone."""
        template = self._local(zone).get_template(name)
        return template.render(context, here=here)

    def _local(self, zone: str) -> Environment:
        if zone not in self.zones:
            local = self.environment.overlay()
            local.filters = self.environment.filters | {
                "moment": partial(french.moment, zone=zone),
                "iso": partial(french.iso, zone=zone),
            }
            self.zones[zone] = local
        return self.zones[zone]


def seconds(value: float) -> str:
    """Write « 0,1 s »."""
    return f"{value:.1f}".replace(".", ",") + f"{french.NARROW}s"


def restore(figures: Figures) -> str:
    """Write the mean time to restore; « aucune » without an outage."""
    mean = figures.mean_time_to_restore.value
    return "aucune coupure" if mean is None else french.duration(int(mean))
