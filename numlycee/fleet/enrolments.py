"""How many pupils each establishment has, year by year, from any table with a column for it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from numlycee.domain.sites import Site
from numlycee.domain.uai import parse_uai
from numlycee.fleet.directory import COLUMNS, number, read_as
from numlycee.fleet.headings import cells, found
from numlycee.fleet.tables import read_table
from numlycee.settings import SettingsError

NOW = 0
"""In the place of a year: the present."""

Pupils = Mapping[str, Mapping[int, int]]
"""Pupils by UAI, then by the first civil year of the school year, or `NOW`."""

_COLUMNS = {
    "uai": COLUMNS["uai"],
    "enrolment": (*COLUMNS["enrolment"], "nombre_eleves_total", "nombre d'élèves total"),
    "year": (
        "annee_scolaire", "année scolaire", "rentree_scolaire", "rentrée scolaire",
        "effectif_annee", "rentree", "annee",
    ),
}  # fmt: skip
_YEAR = re.compile(r"(\d{4})(?:[-/ ](\d{4}|\d{2}))?")


def read_enrolments(path: Path) -> Pupils:
    """Return the pupils of each UAI of a CSV file (`;`, UTF-8), an empty cell being none at all.

    Lines of one UAI and year are added up. Raises `SettingsError` naming the line.
    """
    table = read_table(path)
    columns = found(table.headings, _COLUMNS)
    for name in ("uai", "enrolment"):
        if name not in columns:
            first, *others = _COLUMNS[name]
            message = f"{path}, line 1: no column {first!r} (or {', '.join(others)})"
            raise SettingsError(message)
    pupils: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in table.rows:
        line = cells(row.cells, columns)
        if not line["enrolment"]:
            continue
        try:
            uai = read_as(columns["uai"], parse_uai, line["uai"])
            year = read_as(columns.get("year", ""), _first, line.get("year", ""))
            pupils[uai][year] += int(number(line["enrolment"], columns["enrolment"], 0, 100_000))
        except ValueError as error:
            raise SettingsError(f"{path}, line {row.line}: {error}") from error
    return pupils


def enrolled(sites: Mapping[str, Site], pupils: Pupils) -> dict[str, Site]:
    """Return the sites with the pupils of all their establishments; without any, as they were.

    The present of a site is what is told of it without a year, else that of its latest year.
    """
    result = {}
    for uai, site in sites.items():
        told = _added(pupils[name] for name in (uai, *site.others) if name in pupils)
        present = told.pop(NOW, None)
        yearly = dict(sorted((dict(site.enrolments) | told).items()))
        latest = next(reversed(yearly), NOW)
        if present is None:
            present = told.get(latest, site.enrolment)
        result[uai] = replace(site, enrolment=present, enrolments=tuple(yearly.items()))
    return result


def _added(each: Iterable[Mapping[int, int]]) -> dict[int, int]:
    total: dict[int, int] = defaultdict(int)
    for years in each:
        for year, count in years.items():
            total[year] += count
    return dict(total)


def _first(text: str) -> int:
    """Return the first civil year of « 2025-2026 », « 2025 » or « Rentrée 2025 »."""
    match = _YEAR.search(text)
    if match is None:
        if text:
            message = f"{text!r} is not a school year: write it as 2025-2026"
            raise ValueError(message)
        return NOW
    first, second = int(match[1]), match[2]
    if second and int(second) % 100 != (first + 1) % 100:
        message = f"{text!r} is not a school year: {first}-{first + 1}?"
        raise ValueError(message)
    return first
