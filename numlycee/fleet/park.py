"""The register of equipment: a CSV file of ours, read whole or refused, written line by line."""

from collections.abc import Collection, Mapping
from pathlib import Path

from numlycee.domain.equipment import Item, Park, parked
from numlycee.domain.labels import spelt
from numlycee.domain.register import Key
from numlycee.domain.sites import Site, principal
from numlycee.fleet.exports import OURS, headed
from numlycee.fleet.judging import Judge
from numlycee.fleet.keeping import keep_what_was, write_table
from numlycee.fleet.listing import AsideError, Fault, FaultyError, Raw
from numlycee.fleet.tables import Table, read_table
from numlycee.settings import SettingsError

COLUMNS = {name: names for name, names in OURS.items() if name != "address"} | {
    "source": ("source",)
}
"""For each figure of an item, its headings; an address has none: it stays with the site."""


def read_park(path: Path, sites: Mapping[str, Site], contracts: Collection[str]) -> Park:
    """Return the equipment of a CSV file (`;`, UTF-8), by site and id.

    Raises `SettingsError` naming line and column, also for an id that stands twice in a site.
    """
    judge = Judge(sites, contracts)
    items: dict[Key, Item] = {}
    table, columns = _opened(path)
    for row in table.rows:
        texts = {name: row.cells.get(heading, "") for name, heading in columns.items()}
        raw = Raw(str(path), f"ligne {row.line}", texts, columns)
        item = _item(judge, raw)
        if (item.uai, item.id) in items:
            raise SettingsError(f"{raw.where}: {item.uai}/{item.id} stands twice; keep one line")
        items[item.uai, item.id] = item
    return parked(tuple(items.values()))


def update_park(
    path: Path, park: Park, sites: Mapping[str, Site], moved: Mapping[Key, Key]
) -> None:
    """Write equipment into a file that may be there: its other columns, and their order, stay.

    `moved` tells under which site and id an item stood before, where it was another one. What the
    file was is kept beside it, as `….before`. Raises `OSError`.
    """
    headings: list[str] = []
    before: dict[Key, Mapping[str, str]] = {}
    spellings = {name: names[0] for name, names in COLUMNS.items()}
    if path.exists():
        table, columns = _opened(path)
        headings, spellings = [h for h in table.headings if h], spellings | columns
        for row in table.rows:
            uai, name = (row.cells[columns[key]].strip() for key in ("uai", "id"))
            before[principal(sites, uai.upper()), name] = row.cells
        keep_what_was(path)
    lines = [
        {
            **before.get(moved.get((uai, name), (uai, name)), {}),
            **{spellings[key]: text for key, text in _texts(item).items()},
        }
        for uai, items in sorted(park.items())
        for name, item in sorted(items.items())
    ]
    write_table(path, list(dict.fromkeys([*headings, *spellings.values()])), lines)


def _opened(path: Path) -> tuple[Table, dict[str, str]]:
    table = read_table(path)
    columns = headed(table.headings, COLUMNS)
    for name in ("uai", "id", "kind", "name"):
        if name not in columns:
            known = ", ".join(COLUMNS[name])
            raise SettingsError(f"{path}, line 1: no column {COLUMNS[name][0]!r} (as {known})")
    return table, columns


def _item(judge: Judge, raw: Raw) -> Item:
    if not raw.text("id"):
        column = raw.headings["id"]
        fault = Fault(raw.where, column, "l'identifiant manque", "donnez celui d'agent.toml")
        raise SettingsError(str(fault))
    try:
        return judge.item(raw)
    except FaultyError as error:
        fault = Fault(raw.where, raw.headings.get(error.name, ""), str(error), error.remedy)
        raise SettingsError(str(fault)) from error
    except AsideError as error:
        raise SettingsError(f"{raw.where} : {error} ; ôtez la ligne") from error


def _texts(item: Item) -> dict[str, str]:
    return {
        "uai": item.uai, "id": item.id, "kind": item.kind, "name": item.name,
        "vendor": item.vendor, "model": item.model, "serial": item.serial,
        "owner": item.owner or "", "operator": item.operator, "contract": item.contract,
        "labels": spelt(item.labels), "source": item.source,
    }  # fmt: skip
