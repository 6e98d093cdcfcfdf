"""The sites of the fleet from a semicolon-separated file, judged line by line."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from numlycee.domain.sites import Department, Site
from numlycee.domain.uai import UaiError, parse_uai
from numlycee.fleet.headings import cells, found
from numlycee.settings import SettingsError, nearest

COLUMNS = {
    "uai": ("uai", "numero_uai", "identifiant_de_l_etablissement", "code établissement"),
    "name": ("nom", "nom_etablissement", "appellation_officielle", "appellation officielle"),
    "commune": ("commune", "nom_commune", "libelle_commune"),
    "department_code": ("code_departement", "code département"),
    "department": ("departement", "libelle_departement", "département"),
    "academy": ("academie", "libelle_academie", "académie"),
    "latitude": ("latitude",),
    "longitude": ("longitude",),
    "enrolment": ("effectif", "nombre_d_eleves", "effectifs"),
    "operator": ("operateur", "opérateur"),
    "calendar": ("calendrier",),
    "others": ("autres_uai",),
}
"""For each figure of a site, the headings under which files give it, in lower case."""

OPTIONAL = frozenset({"enrolment", "operator", "latitude", "longitude", "calendar", "others"})


def read_sites(path: Path, calendars: Collection[str] | None = None) -> dict[str, Site]:
    """Return the sites of a CSV file (`;`, UTF-8, byte-order mark or not) keyed by UAI.

    Columns are found by name, in any order; others are ignored. `calendars` are the names that a
    site may give of its service hours; any, when None. Raises `SettingsError` naming file, line,
    column and remedy.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as UTF-8 text: {error}"
        raise SettingsError(message) from error
    sites: dict[str, Site] = {}
    named: set[str] = set()
    for number, site in _rows(lines, path):
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


def update_sites(path: Path, sites: Mapping[str, Site]) -> None:
    """Write sites into a file that may be there: its other columns, and their order, stay.

    What the file was is kept beside it, as `….before`. Raises `OSError`.
    """
    rows: dict[str, dict[str, str]] = {}
    headings: list[str] = []
    if path.exists():
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
        headings = list(reader.fieldnames or ())
        columns = found(headings, COLUMNS)
        rows = {parse_uai(row[columns["uai"]].strip()): row for row in reader}
        path.with_name(f"{path.name}.before").write_bytes(path.read_bytes())
    columns = {name: names[0] for name, names in COLUMNS.items()} | found(headings, COLUMNS)
    headings += [heading for heading in columns.values() if heading not in headings]
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, headings, delimiter=";", lineterminator="\n")
        writer.writeheader()
        for uai, site in sites.items():
            known = zip(columns.values(), _row(site), strict=True)
            writer.writerow(rows.get(uai, {}) | dict(known))
    draft.replace(path)


def write_sites(path: Path, sites: Iterable[Site]) -> None:
    """Write sites as `read_sites` reads them."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\n")
        writer.writerow([names[0] for names in COLUMNS.values()])
        for site in sites:
            writer.writerow(_row(site))


def _unknown(calendar: str, calendars: Collection[str]) -> str:
    close = nearest(calendar, calendars)
    known = ", ".join(sorted(calendars)) or "none; each is a table [calendars.NAME]"
    guess = f"did you mean {close!r}? " if close else ""
    return f"calendrier: unknown calendar {calendar!r}; {guess}known: {known}"


def _row(site: Site) -> list[object]:
    department = site.department
    return [
        site.uai, site.name, site.commune, department.code, department.name, department.academy,
        site.latitude, site.longitude, site.enrolment, site.operator, site.calendar,
        " ".join(site.others),
    ]  # fmt: skip


def _rows(lines: list[str], path: Path) -> Iterator[tuple[int, Site]]:
    reader = csv.DictReader(lines, delimiter=";")
    columns = _columns(reader.fieldnames or (), path)
    for row in reader:
        fields = cells(row, columns)
        try:
            yield reader.line_num, _site(fields)
        except ValueError as error:
            message = f"{path}, line {reader.line_num}: {error}"
            raise SettingsError(message) from error


def _columns(headings: Iterable[str], path: Path) -> dict[str, str]:
    columns = found(headings, COLUMNS)
    for name, aliases in COLUMNS.items():
        if name not in columns and name not in OPTIONAL:
            message = f"{path}, line 1: no column {aliases[0]!r} (or {', '.join(aliases[1:])})"
            raise SettingsError(message)
    return columns


def _site(fields: Mapping[str, str]) -> Site:
    uai = _uai(fields["uai"], "uai")
    if not fields["name"]:
        message = "nom: is empty; give the lycée its name"
        raise ValueError(message)
    return Site(
        uai=uai,
        name=fields["name"],
        commune=fields["commune"],
        department=Department(
            department_code(fields["department_code"], uai),
            fields["department"],
            fields["academy"],
        ),
        latitude=_number(fields, "latitude", -90, 90),
        longitude=_number(fields, "longitude", -180, 180),
        enrolment=int(_number(fields, "enrolment", 0, 100_000)),
        operator=fields.get("operator", ""),
        calendar=fields.get("calendar", ""),
        others=tuple(_uai(word, "autres_uai") for word in fields.get("others", "").split()),
    )


def _uai(text: str, heading: str) -> str:
    try:
        return parse_uai(text)
    except UaiError as error:
        raise ValueError(f"{heading}: {error}") from error


def department_code(text: str, uai: str) -> str:
    """Return « 09 », « 31 », « 2A », « 974 » whether the file pads the code to three or not."""
    if not text:
        return uai[1:3]
    padded = text.rjust(2, "0")
    return padded[1:] if len(padded) == 3 and padded.startswith("0") else padded  # noqa: PLR2004


def _number(fields: Mapping[str, str], name: str, least: int, most: int) -> float:
    text = fields.get(name, "").replace(",", ".")
    try:
        value = float(text or 0)
    except ValueError:
        message = f"{COLUMNS[name][0]}: {text!r} is not a number"
        raise ValueError(message) from None
    if not least <= value <= most:
        message = f"{COLUMNS[name][0]}: {text!r} must be from {least} to {most}"
        raise ValueError(message)
    return value
