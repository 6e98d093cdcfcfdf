"""The sites of the fleet from a semicolon-separated file, judged line by line."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from numlycee.domain.labels import parse_labels
from numlycee.domain.sites import Department, Site
from numlycee.domain.uai import parse_uai
from numlycee.domain.web import public_address
from numlycee.fleet.headings import cells, found, year_heading, years
from numlycee.fleet.tables import Table, read_table
from numlycee.settings import SettingsError, nearest

T = TypeVar("T")

COLUMNS = {
    "uai": ("uai", "numero_uai", "identifiant_de_l_etablissement", "code établissement"),
    "name": ("nom", "nom_etablissement", "appellation_officielle", "appellation officielle"),
    "commune": ("commune", "nom_commune", "libelle_commune"),
    "department_code": ("code_departement", "code département"),
    "department": ("departement", "libelle_departement", "département"),
    "academy": ("academie", "libelle_academie", "académie"),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "enrolment": ("effectif", "nombre_d_eleves", "effectifs", "nombre d'élèves"),
    "operator": ("operateur", "opérateur"),
    "calendar": ("calendrier",),
    "others": ("autres_uai",),
    "web": ("site_web", "web"),
    "labels": ("etiquettes", "étiquettes"),
}
"""For each figure of a site, the headings under which files give it, in lower case."""

NEEDED = ("uai", "name", "commune", "department_code", "department", "academy")


def read_sites(path: Path, calendars: Collection[str] | None = None) -> dict[str, Site]:
    """Return the sites of a CSV file (`;`, UTF-8, byte-order mark or not) keyed by UAI.

    Columns are found by name, in any order; others are ignored. `calendars` are the names that a
    site may give of its service hours; any, when None. Raises `SettingsError` naming file, line,
    column and remedy.
    """
    sites: dict[str, Site] = {}
    named: set[str] = set()
    for number, site in _sites(read_table(path)):
        for uai in (site.uai, *site.others):
            if uai in named:
                message = f"{path}, line {number}: uai: {uai} stands twice; keep one line"
                raise SettingsError(message)
            named.add(uai)
        if calendars is not None and site.calendar not in {"", *calendars}:
            raise SettingsError(f"{path}, line {number}: {_unknown(site.calendar, calendars)}")
        sites[site.uai] = site
    if not sites:
        message = f"{path}: holds no site; add a line per lycée under the header"
        raise SettingsError(message)
    return sites


def _unknown(calendar: str, calendars: Collection[str]) -> str:
    close = nearest(calendar, calendars)
    known = ", ".join(sorted(calendars)) or "none; each is a table [calendars.NAME]"
    guess = f"did you mean {close!r}? " if close else ""
    return f"calendrier: unknown calendar {calendar!r}; {guess}known: {known}"


def _sites(table: Table) -> Iterator[tuple[int, Site]]:
    columns = _columns(table.headings, table.path)
    yearly = years(table.headings)
    for row in table.rows:
        try:
            pupils = _yearly(cells(row.cells, {str(y): heading for y, heading in yearly.items()}))
            yield row.line, _site(cells(row.cells, columns), pupils)
        except ValueError as error:
            raise SettingsError(f"{table.path}, line {row.line}: {error}") from error


def _columns(headings: Iterable[str], path: Path) -> dict[str, str]:
    columns = found(headings, COLUMNS)
    for name in NEEDED:
        if name not in columns:
            first, *others = COLUMNS[name]
            message = f"{path}, line 1: no column {first!r} (or {', '.join(others)})"
            raise SettingsError(message)
    return columns


def _yearly(told: Mapping[str, str]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (int(year), int(number(text, year_heading(int(year)), 0, 100_000)))
        for year, text in sorted(told.items())
        if text
    )


def _site(fields: Mapping[str, str], pupils: tuple[tuple[int, int], ...]) -> Site:
    uai = read_as("uai", parse_uai, fields["uai"])
    if not fields["name"]:
        message = "nom: is empty; give the lycée its name"
        raise ValueError(message)
    present = _figure(fields, "enrolment", 0, 100_000)
    return Site(
        uai=uai,
        name=fields["name"],
        commune=fields["commune"],
        department=Department(
            department_code(fields["department_code"], uai),
            fields["department"],
            fields["academy"],
        ),
        latitude=_figure(fields, "latitude", -90, 90),
        longitude=_figure(fields, "longitude", -180, 180),
        enrolment=int(present) if fields.get("enrolment") or not pupils else pupils[-1][1],
        operator=fields.get("operator", ""),
        calendar=fields.get("calendar", ""),
        others=tuple(
            read_as("autres_uai", parse_uai, word) for word in fields.get("others", "").split()
        ),
        enrolments=pupils,
        web=read_as("site_web", public_address, fields["web"]) if fields.get("web") else "",
        labels=read_as("etiquettes", parse_labels, fields.get("labels", "")),
    )


def read_as(heading: str, read: Callable[[str], T], text: str) -> T:
    """Return what a cell means; raises `ValueError` naming its column."""
    try:
        return read(text)
    except ValueError as error:
        raise ValueError(f"{heading}: {error}") from error


def department_code(text: str, uai: str) -> str:
    """Return « 09 », « 31 », « 2A », « 974 » whether the file pads the code to three or not."""
    if not text:
        return uai[1:3]
    padded = text.rjust(2, "0")
    return padded[1:] if len(padded) == 3 and padded.startswith("0") else padded  # noqa: PLR2004


def number(text: str, heading: str, least: int, most: int) -> float:
    """Return a figure, 0 for an empty cell; raises `ValueError` naming its column."""
    try:
        value = float(text.replace(",", ".") or 0)
    except ValueError:
        message = f"{heading}: {text!r} is not a number"
        raise ValueError(message) from None
    if not least <= value <= most:
        message = f"{heading}: {text!r} must be from {least} to {most}"
        raise ValueError(message)
    return value


def _figure(fields: Mapping[str, str], name: str, least: int, most: int) -> float:
    return number(fields.get(name, ""), COLUMNS[name][0], least, most)
