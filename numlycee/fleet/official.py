"""The sites that the official directory of schools proposes (`fr-en-annuaire-education`).

The directory lists establishments; a site is a network. A section that belongs to a lycée shares
its network and is one of its other UAI; an annexe elsewhere has a network of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from numlycee.domain.sites import Department, Site
from numlycee.domain.uai import UaiError, parse_uai
from numlycee.domain.web import public_address
from numlycee.fleet.directory import COLUMNS, department_code
from numlycee.fleet.headings import cells, found
from numlycee.fleet.tables import read_table
from numlycee.settings import SettingsError

_COLUMNS = {name: COLUMNS[name] for name in (
    "uai", "name", "commune", "department_code", "department", "academy", "latitude", "longitude",
    "enrolment", "web",
)} | {
    "type": ("type_etablissement", "type"),
    "status": ("statut_public_prive", "statut"),
    "state": ("etat",),
    "mother": ("etablissement_mere",),
    "link": ("type_rattachement_etablissement_mere", "type_rattachement"),
    "address": ("adresse_1",),
    "insee": ("code_commune",),
}  # fmt: skip
_NEEDED = ("uai", "name", "commune", "department", "academy", "type", "status")
_LYCEE, _PUBLIC, _OPEN, _ANNEXE = "lycée", "public", "ouvert", "annexe geographique"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lycées: of these academies, of all when there is none; private ones too, if asked."""

    academies: frozenset[str] = frozenset()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """Sites by UAI, and what a person should look at, in French."""

    sites: Mapping[str, Site]
    cautions: tuple[str, ...]


def propose(path: Path, wanted: Wanted = Wanted()) -> Proposal:
    """Read the directory (`;`, UTF-8, byte-order mark or not); raises `SettingsError`.

    A line that cannot be used is left out with a caution: the directory is not ours to mend.
    """
    cautions: list[str] = []
    lines: dict[str, dict[str, str]] = {}
    for number, uai, line in _lines(path, cautions):
        if not _chosen(line, wanted):
            continue
        if uai in lines:
            cautions.append(f"ligne {number} laissée de côté : {uai} y est déjà")
        else:
            lines[uai] = line
    if not lines:
        raise SettingsError(f"{path}: {_none_of(path, wanted)}")
    mothers = {uai: _mother(line, lines) for uai, line in lines.items()}
    shared: dict[str, list[str]] = defaultdict(list)
    for uai, mother in mothers.items():
        if mother != uai:
            shared[mother].append(uai)
    sites = {
        uai: _site(uai, lines[uai], sorted(shared[uai]))
        for uai in sorted(lines)
        if mothers[uai] == uai
    }
    return Proposal(sites, (*cautions, *_neighbours(sites, lines)))


def _lines(path: Path, cautions: list[str]) -> Iterator[tuple[int, str, dict[str, str]]]:
    table = read_table(path)
    columns = found(table.headings, _COLUMNS)
    for name in _NEEDED:
        if name not in columns:
            known = ", ".join(_COLUMNS[name])
            message = f"{path}, line 1: no column {name!r} (as {known}); is it the directory?"
            raise SettingsError(message)
    for row in table.rows:
        line = cells(row.cells, columns)
        try:
            uai = parse_uai(line["uai"])
        except UaiError as error:
            cautions.append(f"ligne {row.line} laissée de côté : {error}")
            continue
        yield row.line, uai, line


def _chosen(line: Mapping[str, str], wanted: Wanted) -> bool:
    return (
        line["type"].casefold() == _LYCEE
        and (wanted.private or line["status"].casefold() == _PUBLIC)
        and line.get("state", _OPEN).casefold() == _OPEN
        and (not wanted.academies or line["academy"].casefold() in _folded(wanted.academies))
    )


def _folded(words: Iterable[str]) -> set[str]:
    return {word.casefold() for word in words}


def _none_of(path: Path, wanted: Wanted) -> str:
    if not wanted.academies:
        return "holds no open lycée"
    known = sorted({line["academy"] for _, _, line in _lines(path, [])} - {""})
    return (
        f"holds no open lycée of {', '.join(sorted(wanted.academies))}; it has {', '.join(known)}"
    )


def _mother(line: Mapping[str, str], lines: Mapping[str, object]) -> str:
    """Return the UAI whose network a line is on: its own, or that of the lycée it belongs to."""
    try:
        mother = parse_uai(line.get("mother", ""))
    except UaiError:
        return parse_uai(line["uai"])
    apart = line.get("link", "").casefold() == _ANNEXE or mother not in lines
    return parse_uai(line["uai"]) if apart else mother


def _site(uai: str, line: Mapping[str, str], others: list[str]) -> Site:
    code = department_code(line.get("department_code", ""), uai)
    return Site(
        uai=uai,
        name=line["name"],
        commune=line["commune"],
        department=Department(code, line["department"], line["academy"]),
        latitude=_figure(line.get("latitude", ""), 90),
        longitude=_figure(line.get("longitude", ""), 180),
        enrolment=int(_figure(line.get("enrolment", ""), 100_000)),
        others=tuple(others),
        web=_web(line.get("web", "")),
    )


def _web(text: str) -> str:
    """Return the address of a lycée's site, nothing for nonsense."""
    try:
        return public_address(text)
    except ValueError:
        return ""


def _figure(text: str, most: float) -> float:
    """Return a figure of the directory, 0 for none and for nonsense: it is no measure of ours."""
    try:
        value = float(text.replace(",", ".") or 0)
    except ValueError:
        return 0.0
    return value if -most <= value <= most else 0.0


def _neighbours(sites: Mapping[str, Site], lines: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Tell of lycées at one address: one network, or two? Only people know."""
    places: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for uai, site in sites.items():
        address, insee = lines[uai].get("address", ""), lines[uai].get("insee", "")
        if address:
            places[address.casefold(), insee].append(site)
    for found_here in places.values():
        if len(found_here) > 1:
            names = ", ".join(f"{site.name} ({site.uai})" for site in found_here)
            yield f"même adresse, un réseau ou plusieurs ? {names}, {found_here[0].commune}"
