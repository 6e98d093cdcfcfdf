"""Writes the annual report into a folder."""

from collections.abc import Iterator
from pathlib import Path

from numlycee.adapters.report_html.page import render
from numlycee.annual.assemble import Progress, assemble
from numlycee.annual.files import csv_of, json_of
from numlycee.annual.model import AnnualReport, Order
from numlycee.annual.ports import Past
from numlycee.annual.tables import tables


def write_report(
    past: Past,
    order: Order,
    folder: Path,
    *,
    as_of: int | None = None,
    progress: Progress | None = None,
) -> AnnualReport:
    """Write `rapport.html`, `rapport.json` and `donnees/*.csv`, and return the report.

    A year is read at its end, or at `as_of` while it goes on; the same past and order give the
    same bytes. Raises `ValueError` for a year that has not begun, `UnknownDateError` for one whose
    calendar is not known, `OSError` where the folder cannot be written.
    """
    report = assemble(past, order, as_of, progress)
    (folder / "donnees").mkdir(parents=True, exist_ok=True)
    for name, text in documents(report):
        _replace(folder / name, text)
    return report


def documents(report: AnnualReport) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file of a report."""
    yield "rapport.html", render(report)
    yield "rapport.json", json_of(report)
    for table in tables(report):
        yield f"donnees/{table.name}.csv", csv_of(table)


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)
