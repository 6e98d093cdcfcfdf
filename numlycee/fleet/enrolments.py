"""How many pupils each establishment has, from any table that has a column for it."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from numlycee.domain.sites import Site
from numlycee.domain.uai import parse_uai
from numlycee.fleet.directory import COLUMNS
from numlycee.fleet.headings import cells, found
from numlycee.settings import SettingsError

_COLUMNS = {name: COLUMNS[name] for name in ("uai", "enrolment")}


def read_enrolments(path: Path) -> dict[str, int]:
    """Return the pupils of each UAI of a CSV file (`;`, UTF-8), an empty cell being none at all.

    Raises `SettingsError` naming the line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    reader = csv.DictReader(lines, delimiter=";")
    columns = found(reader.fieldnames or (), _COLUMNS)
    for name, known in _COLUMNS.items():
        if name not in columns:
            raise SettingsError(
                f"{path}, line 1: no column {known[0]!r} (or {', '.join(known[1:])})"
            )
    pupils: dict[str, int] = {}
    for row in reader:
        line = cells(row, columns)
        if not line["enrolment"]:
            continue
        try:
            pupils[parse_uai(line["uai"])] = int(line["enrolment"])
        except ValueError as error:
            raise SettingsError(f"{path}, line {reader.line_num}: {error}") from error
    return pupils


def enrolled(sites: Mapping[str, Site], pupils: Mapping[str, int]) -> dict[str, Site]:
    """Return the sites with the pupils of all their establishments; without any, as they were."""
    result = {}
    for uai, site in sites.items():
        known = [pupils[name] for name in (uai, *site.others) if name in pupils]
        result[uai] = replace(site, enrolment=sum(known)) if known else site
    return result
