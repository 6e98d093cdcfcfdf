"""Exports of equipment, from our own CSV, GLPI or NetBox, as texts under our names."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from numlycee.domain.french import plain
from numlycee.fleet.documents import glpi_devices, netbox_devices, read_document
from numlycee.fleet.listing import Raw
from numlycee.fleet.tables import read_table
from numlycee.settings import SettingsError


class System(StrEnum):
    """Where a list of equipment comes from."""

    CSV = "csv"
    GLPI = "glpi"
    NETBOX = "netbox"


OURS: dict[str, Sequence[str]] = {
    "uai": ("uai", "code uai", "numero uai", "rne", "code rne", "code etablissement"),
    "id": ("identifiant", "numlycee id", "numlycee"),
    "kind": ("nature", "kind"),
    "name": ("nom", "name", "libelle"),
    "vendor": ("marque", "fabricant", "constructeur", "manufacturer", "vendor"),
    "model": ("modele", "model"),
    "serial": ("serie", "numero de serie", "n° de serie", "n° serie", "serial number", "serial"),
    "owner": ("responsable", "owner"),
    "operator": ("operateur", "operator"),
    "contract": ("contrat", "contract"),
    "labels": ("etiquettes", "labels"),
    "address": ("adresse", "adresse ip", "ip", "ip address", "address"),
}
"""For each text, the headings of our own file, without accents; the first is how we write it."""

_HEADINGS: Mapping[System, dict[str, Sequence[str]]] = {
    System.CSV: {
        "kind": ("nature", "kind", "type", "categorie"),
        "status": ("etat", "statut", "status"),
        "number": ("numero", "n°", "id"),
        "site": ("etablissement", "lycee", "site", "lieu"),
    },
    System.GLPI: {
        "number": ("id",),
        "kind": ("type", "nature"),
        "itemtype": ("type d'element", "item type", "itemtype", "objet"),
        "status": ("statut", "status", "etat"),
        "site": ("entite", "entity", "entite complete"),
        "place": ("lieu", "location", "lieu - nom complet"),
        "address": ("ip", "adresse ip", "ip address", "adresse reseau"),
    },
    System.NETBOX: {
        "number": ("id",),
        "kind": ("role", "device role", "nature"),
        "model": ("type", "device type", "model", "modele"),
        "status": ("status", "statut"),
        "site": ("site", "tenant"),
        "place": ("tenant", "location", "site group", "emplacement"),
        "address": (
            "ipv4 address", "primary ip4", "primary ipv4", "ip address", "primary ip", "address",
        ),
        "tags": ("tags", "etiquettes netbox"),
    },
}  # fmt: skip
_JSON = {System.GLPI: glpi_devices, System.NETBOX: netbox_devices}


@dataclass(frozen=True, slots=True)
class Export:
    """The devices that files list, and the headings that nobody reads."""

    system: System
    devices: tuple[Raw, ...]
    unread: tuple[str, ...] = ()


def read_exports(system: System, paths: Iterable[Path]) -> Export:
    """Read the files of one system, CSV or JSON by their first sign; raises `SettingsError`."""
    devices: list[Raw] = []
    unread: dict[str, None] = {}
    documents: list[tuple[Path, object]] = []
    for path in paths:
        document = None if system is System.CSV else read_document(path)
        if document is not None:
            documents.append((path, document))
        else:
            devices += _tabled(path, system, unread)
    try:
        devices += _JSON[system](documents) if documents else ()
    except RecursionError as error:
        message = f"{documents[0][0]}: is nested beyond sense; save the whole answer of the API"
        raise SettingsError(message) from error
    return Export(system, tuple(devices), tuple(unread))


def _tabled(path: Path, system: System, unread: dict[str, None]) -> Iterator[Raw]:
    table = read_table(path, "")
    columns = headed(table.headings, OURS | _HEADINGS[system])
    if not {"name", "id"} & columns.keys():
        known = ", ".join(OURS["name"])
        wrote = ", ".join(filter(None, table.headings)) or "nothing"
        message = f"{path}, line 1: no column {known!r}; the header has {wrote}"
        raise SettingsError(f"{message}; export it again with this column (--from {system}?)")
    unread |= dict.fromkeys(h for h in table.headings if h and h not in columns.values())
    for row in table.rows:
        texts = {name: row.cells.get(heading, "") for name, heading in columns.items()}
        yield Raw(str(path), f"ligne {row.line}", texts, columns)


def headed(headings: Iterable[str], names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the heading under which each of our texts stands, accents and case set aside.

    GLPI puts what a column belongs to before its name, « Réseau - IP »: either will do.
    """
    whole = {_folded(heading): heading for heading in reversed([*headings]) if heading}
    last = {_folded(heading.rpartition(" - ")[2]): heading for heading in reversed([*headings])}
    known = {**{name: h for name, h in last.items() if name}, **whole}
    return {
        name: known[alias]
        for name, aliases in names.items()
        for alias in [next((alias for alias in aliases if alias in known), None)]
        if alias is not None
    }


def _folded(heading: str) -> str:
    words = plain(heading).replace("’", "'").replace("_", " ")
    return " ".join(re.sub(r"^cf ", "", words.strip()).split())
