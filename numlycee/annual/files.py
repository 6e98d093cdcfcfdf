"""Tables as text: CSV that no spreadsheet takes for a formula, and one JSON document."""

import csv
import io
import json
import re
from typing import Any

from numlycee.annual.cells import Cell, Table
from numlycee.annual.model import AnnualReport
from numlycee.annual.tables import tables
from numlycee.domain.french import iso
from numlycee.domain.tallies import Rate

_FORMULA = ("=", "+", "-", "@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DECIMALS = 2


def csv_of(table: Table) -> str:
    """Return a table as CSV; a text like a formula is prefixed, control characters are blanks."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return text.getvalue()


def json_of(report: AnnualReport) -> str:
    """Return every figure of the report as one indented JSON document."""
    return json.dumps(document(report), ensure_ascii=False, indent=1) + "\n"


def document(report: AnnualReport) -> dict[str, Any]:
    """Return every figure of the report in the shape of its JSON document."""
    tabled = {"tables": {table.name: _table(table) for table in tables(report)}}
    if report.changes is None:
        return {"report": _edition(report), **tabled}
    changes = {
        "since": report.changes.since,
        "digest": report.changes.digest,
        "reasons": list(report.changes.reasons),
        "others": list(report.changes.others),
    }
    return {"report": _edition(report), "changes": changes, **tabled}


def percent(rate: Rate) -> str | None:
    """Return « 99.74 », truncated (a difference towards zero), or None when not measured."""
    figure = Rate(abs(rate.numerator), rate.denominator).truncated(_DECIMALS)
    if figure is None:
        return None
    whole, fraction = divmod(figure, 10**_DECIMALS)
    return f"{'-' if figure and rate.numerator < 0 else ''}{whole}.{fraction:0{_DECIMALS}d}"


def _plain(cell: Cell) -> str:
    if isinstance(cell, Rate):
        return percent(cell) or ""
    if isinstance(cell, str):
        text = _CONTROL.sub(" ", cell)
        return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
    return "" if cell is None else str(cell)


def _edition(report: AnnualReport) -> dict[str, Any]:
    order, edition = report.order, report.edition
    window = edition.window
    return {
        "year": order.year,
        "region": order.region,
        "zone": order.zone,
        "start": iso(window.start, order.zone),
        "end": iso(window.end, order.zone),
        "as_of": iso(window.as_of, order.zone),
        "edition": edition.number,
        "status": "final" if edition.final else "provisional",
        "ongoing": edition.ongoing,
        "simulated": order.simulated,
        "rules": edition.rules,
        "calendars": {
            name or "default": {"name": calendar.name, "version": calendar.version}
            for name, calendar in sorted(order.calendars.items())
        },
        "digest": edition.digest,
        "inputs": dict(sorted(edition.inputs.items())),
    }


def _table(table: Table) -> dict[str, Any]:
    rows = [dict(zip(table.columns, map(_value, row), strict=True)) for row in table.rows]
    return {"title": table.title, "rows": rows}


def _value(cell: Cell) -> str | int | float | None:
    """Return a cell as JSON has it: a rate is a percentage with two decimals, or null."""
    if isinstance(cell, Rate):
        text = percent(cell)
        return None if text is None else float(text)
    return cell
