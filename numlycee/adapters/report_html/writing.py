"""Writes the annual report into a folder, as the edition that it is."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from numlycee.adapters.report_html.page import render
from numlycee.adapters.report_html.shelf import REPORT, Shelf
from numlycee.annual.assemble import Progress, assemble, window_of
from numlycee.annual.differences import differences
from numlycee.annual.editions import EditionError, Entry, Files, Ledger, entry
from numlycee.annual.files import csv_of, document, json_of
from numlycee.annual.model import AnnualReport
from numlycee.annual.order import Order
from numlycee.annual.ports import Past
from numlycee.annual.tables import tables


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a report: its entry in the ledger, and whether any byte had to be written."""

    entry: Entry
    new: bool


def write_report(
    past: Past,
    order: Order,
    folder: Path,
    *,
    as_of: int | None = None,
    final: bool = False,
    progress: Progress | None = None,
) -> Written:
    """Write `rapport.html`, `rapport.json`, `donnees/*.csv` and `editions.json`.

    A year is read at its end, or at `as_of` while it goes on; the same past and order, in a folder
    with the same final editions, give the same bytes. `final` declares the edition final: it is
    kept beside, and later inputs make the next one. Raises `ValueError` for a year that has not
    begun, `EditionError` for a final edition of one that goes on or whose files were altered,
    `UnknownDateError` for one whose calendar is not known, `OSError` where the folder cannot be
    written.
    """
    _check_over(order, as_of, final=final)
    shelf = Shelf(folder)
    ledger = shelf.ledger(order)
    report = assemble(past, order, as_of, progress)
    if ledger.last and ledger.last.holds(report.edition):
        return _show(shelf, ledger, ledger.last, shelf.kept(ledger.last))
    report = _numbered(report, shelf, ledger, final=final)
    files = {name: text.encode() for name, text in documents(report)}
    if final:
        shelf.keep(report.edition.number, files)
    return _show(shelf, ledger, entry(report, files), files)


def documents(report: AnnualReport) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file of a report."""
    yield "rapport.html", render(report)
    yield REPORT, json_of(report)
    for table in tables(report):
        yield f"donnees/{table.name}.csv", csv_of(table)


def _check_over(order: Order, as_of: int | None, *, final: bool) -> None:
    window = window_of(order, as_of)
    if final and window.as_of < window.end:
        message = (
            f"l'année {order.year} n'est pas finie : une édition s'arrête à partir du 1er septembre"
        )
        raise EditionError(message)


def _numbered(report: AnnualReport, shelf: Shelf, ledger: Ledger, *, final: bool) -> AnnualReport:
    """Return the report as the edition that follows those declared final, and what changed."""
    report = replace(report, edition=ledger.number(report.edition, final=final))
    if ledger.last is None:
        return report
    previous = json.loads(shelf.kept(ledger.last)[REPORT])
    return replace(report, changes=differences(previous, document(report)))


def _show(shelf: Shelf, ledger: Ledger, latest: Entry, files: Files) -> Written:
    return Written(latest, shelf.show(files, ledger, ledger.having(latest)))
