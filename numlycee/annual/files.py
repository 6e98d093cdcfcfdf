"""Tables as text: CSV that no spreadsheet takes for a formula, and one JSON document."""

import csv
import io
import json
import re
from typing import Any

from numlycee.annual.model import AnnualReport
from numlycee.annual.tables import Cell, Table, tables
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
    content = {
        "report": _edition(report),
        "tables": {table.name: _table(table) for table in tables(report)},
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def percent(rate: Rate) -> str | None:
    """Return « 99.74 », truncated, or None when not measured."""
    figure = rate.truncated(_DECIMALS)
    if figure is None:
        return None
    whole, fraction = divmod(abs(figure), 10**_DECIMALS)
    return f"{'-' if figure < 0 else ''}{whole}.{fraction:0{_DECIMALS}d}"


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
        "provisional": edition.provisional,
        "simulated": order.simulated,
        "rules": edition.rules,
        "calendars": {
            name or "default": {"name": calendar.name, "version": calendar.version}
            for name, calendar in sorted(order.calendars.items())
        },
        "digest": edition.digest,
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
