"""An explanation in French, as a proof to be read from top to bottom."""

from rich.console import Console
from rich.text import Text

from numlycee.adapters.terminal import reading, sums
from numlycee.adapters.terminal.sentences import HOURS, Local, indented, wrapped
from numlycee.domain.french import moment
from numlycee.domain.words import KINDS
from numlycee.rates.explanation.model import Explanation

_PARTS = (
    ("Les heures dues", reading.owed),
    ("Ce qui a été lu", reading.read),
    ("Ligne par ligne", sums.lines),
    ("Le décompte", sums.tallies),
    ("Les taux", sums.rates),
    ("Les pannes", sums.losses),
)


def show(explanation: Explanation, console: Console | None = None) -> None:
    """Print an explanation on the standard output."""
    console = console or Console(highlight=False)
    window = explanation.question.window
    local = Local.over(explanation.timetable.zone, window.start, window.until)
    console.print(Text(wrapped(_title(explanation), console.width), style="bold"))
    console.print(Text(wrapped(_subtitle(explanation, local), console.width)))
    for place, (heading, part) in enumerate(_PARTS, 1):
        console.print(Text(f"\n{place}. {heading}", style="bold"))
        for item in part(explanation, local):
            indented(item, console)


def _title(explanation: Explanation) -> str:
    resource, site = explanation.resource, explanation.site
    kind = KINDS[resource.kind][0]
    where = f"{site.name}, {site.commune} ({site.uai})" if site else "partagé par les lycées"
    return f"{kind} « {resource.name} » ({resource.id}), {where}"


def _subtitle(explanation: Explanation, local: Local) -> str:
    window, zone = explanation.question.window, explanation.timetable.zone
    return (
        f"Période {window.name} : du {local.moment(window.start)} au {local.moment(window.end)}, "
        f"{HOURS[explanation.question.hours]}, à la date du {moment(window.as_of, zone)}. "
        f"Heures de {zone}."
    )
