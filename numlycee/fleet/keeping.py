"""Files of ours written again: columns that are not ours stay, and what was is kept beside."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from numlycee.domain.labels import spelt
from numlycee.domain.sites import Site
from numlycee.domain.uai import parse_uai
from numlycee.fleet.directory import COLUMNS
from numlycee.fleet.headings import found, year_heading, years
from numlycee.fleet.tables import read_table

Cells = Mapping[str, object]


def update_sites(path: Path, sites: Mapping[str, Site]) -> None:
    """Write sites into a file that may be there: its other columns, and their order, stay.

    What the file was is kept beside it, as `….before`. Raises `OSError`.
    """
    if not path.exists():
        write_sites(path, sites.values())
        return
    table = read_table(path)
    headings = [heading for heading in table.headings if heading]
    uai = found(headings, COLUMNS)["uai"]
    before = {parse_uai(row.cells[uai]): row.cells for row in table.rows}
    keep_what_was(path)
    _write(path, headings, before, sites.values())


def write_sites(path: Path, sites: Iterable[Site]) -> None:
    """Write sites as `read_sites` reads them."""
    _write(path, [], {}, sites)


def keep_what_was(path: Path) -> None:
    """Copy a file beside it, as `….before`; raises `OSError`."""
    path.with_name(f"{path.name}.before").write_bytes(path.read_bytes())


def write_table(path: Path, headings: Sequence[str], lines: Iterable[Cells]) -> None:
    """Write a table in the place of a file, whole or not at all; raises `OSError`."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, headings, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    draft.replace(path)


def _write(
    path: Path, headings: Sequence[str], before: Mapping[str, Cells], sites: Iterable[Site]
) -> None:
    sites = tuple(sites)
    spellings = {name: names[0] for name, names in COLUMNS.items()} | found(headings, COLUMNS)
    known = {year: year_heading(year) for site in sites for year, _ in site.enrolments}
    yearly = known | years(headings)
    every = [*headings, *spellings.values(), *sorted(yearly.values())]
    lines = ({**before.get(site.uai, {}), **_cells(site, spellings, yearly)} for site in sites)
    write_table(path, list(dict.fromkeys(every)), lines)


def _cells(site: Site, spellings: Mapping[str, str], yearly: Mapping[int, str]) -> Cells:
    place = site.department
    ours = {
        "uai": site.uai, "name": site.name, "commune": site.commune,
        "department_code": place.code, "department": place.name, "academy": place.academy,
        "latitude": site.latitude, "longitude": site.longitude, "enrolment": site.enrolment,
        "operator": site.operator, "calendar": site.calendar, "others": " ".join(site.others),
        "web": site.web, "labels": spelt(site.labels),
    }  # fmt: skip
    pupils = dict(site.enrolments)
    return {spellings[name]: value for name, value in ours.items()} | {
        heading: pupils.get(year, "") for year, heading in yearly.items()
    }
