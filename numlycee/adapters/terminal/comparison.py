"""A comparison of conventions as French tables for the terminal."""

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from numlycee.conventions.compare import Answer
from numlycee.conventions.model import Convention
from numlycee.conventions.records import DECIMALS, Report, points, signed
from numlycee.domain.french import NOT_MEASURED, moment, percentage, plural

_NOTE = (
    "Écart en points. Les taux sont tronqués. Chaque produit est supposé installé selon son usage, "
    "sans erreur ni retard : seule la convention diffère. --sources dit ce que chacune compte, "
    "comment elle verrait nos états, et où sa règle a été lue."
)
_POOLED = "Le chiffre de numlycee est un rapport de sommes ; les autres, une moyenne de taux."


def show(report: Report, *, sources: bool = False, console: Console | None = None) -> None:
    """Print a report on the standard output; with `sources`, where each rule was read."""
    console = console or Console(highlight=False)
    console.print(_title(report))
    if not report.comparison.resources:
        console.print("\nRien n'a été observé : non mesuré.\n")
        return
    console.print(_table(report))
    if report.comparison.resources > 1:
        console.print(Text(_POOLED, style="dim"))
    if sources:
        for answer in report.comparison.answers:
            _show_source(answer.convention, console)
    else:
        console.print(Text(_NOTE, style="dim"))


def _title(report: Report) -> Text:
    zone = report.zone
    simulated = " Données simulées." if report.simulated else ""
    count = plural(report.comparison.resources, "ressource")
    return Text.assemble(
        (f"{report.subject}, {report.name}", "bold"),
        f" : {count}, du {moment(report.start, zone)} au {moment(report.end, zone)}, "
        f"à la date du {moment(report.as_of, zone)}.{simulated}",
    )


def _table(report: Report) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("convention", overflow="fold")
    table.add_column("taux", justify="right", no_wrap=True)
    table.add_column("écart", justify="right", no_wrap=True)
    table.add_column("pourquoi", overflow="fold")
    table.add_row(*_own(report), style="bold")
    for answer in report.comparison.answers:
        table.add_row(*_cells(report, answer))
    return table


def _own(report: Report) -> Iterator[str]:
    own = report.own
    yield "numlycee, taux connu"
    yield percentage(own.known, DECIMALS)
    yield ""
    if own.low.denominator:
        low, high = percentage(own.low, DECIMALS), percentage(own.high, DECIMALS)
        yield f"La vérité est entre {low} et {high} ; couverture {percentage(own.coverage)}."


def _cells(report: Report, answer: Answer) -> Iterator[str]:
    yield answer.convention.title
    yield NOT_MEASURED if answer.rate is None else percentage(answer.rate, DECIMALS)
    yield signed(points(answer.rate, report.own))
    yield answer.explanation


def _show_source(convention: Convention, console: Console) -> None:
    """Print a rule; its address stays on one line, to be followed."""
    source = convention.source
    words = Table.grid(padding=(0, 1))
    words.add_row("  compte", convention.counts)
    words.add_row("  voit", convention.sees)
    words.add_row("  réunit", convention.pools)
    words.add_row("  source", f"{source.version} ({source.evidence})")
    console.print(Text(convention.title, style="bold"))
    console.print(words)
    console.print(Text(f"  {source.address}\n"), soft_wrap=True)
