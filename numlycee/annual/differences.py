"""What differs between two editions, from what each of them published, and what explains it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from numlycee.annual.changes import Change, Changes, Standing
from numlycee.annual.explain import reasons
from numlycee.domain.tallies import Tally

Document = Mapping[str, Any]
"""A report as its `rapport.json` has it."""

_Key = tuple[str, str, str, str]
"""A line whatever its name: the class, the level, the code and the hours."""
_Named = tuple[str, Standing]
_TOLD = frozenset({"classes", "territoires", "lycees", "responsables", "ecarts"})
"""Tables whose differences are told line by line, and the one that tells them."""

REGION, LIVED, LYCEE, OWNER = "région", "somme des lycées", "lycée", "responsable"


def differences(previous: Document, current: Document) -> Changes:
    """Return what changed from one edition's `rapport.json` to the next, heaviest first."""
    before, after = _standings(previous), _standings(current)
    changes = (
        _change(key, before.get(key), after.get(key)) for key in dict.fromkeys((*after, *before))
    )
    return Changes(
        since=previous["report"]["edition"],
        digest=previous["report"]["digest"],
        reasons=tuple(reasons(previous, current)),
        lines=tuple(sorted(filter(_moved, changes), key=lambda change: -change.weight)),
        others=tuple(_others(previous["tables"], current["tables"])),
    )


def _change(key: _Key, before: _Named | None, after: _Named | None) -> Change:
    resource_class, level, code, hours = key
    name = (after or before or ("",))[0]
    old, new = before and before[1], after and after[1]
    return Change(resource_class, level, code, name, hours, old, new)


def _moved(change: Change) -> bool:
    return change.before != change.after


def _standings(document: Document) -> dict[_Key, _Named]:
    return dict(_lines(document["tables"]))


def _lines(tables: Mapping[str, Any]) -> Iterator[tuple[_Key, _Named]]:
    """Yield the Region, its territories, its lycées, and what each owner lost, class by class."""
    shared = {row["classe"] for row in _rows(tables, "classes") if _shared(row, tables)}
    for row in _rows(tables, "classes"):
        view = row["vue"]
        name = "Région" if view == REGION else "Région, somme des lycées"
        if view == REGION or row["classe"] in shared:
            yield (row["classe"], view, "", row["heures"]), (name, _standing(row))
    for row in _rows(tables, "territoires"):
        if row["niveau"] != REGION:
            key = (row["classe"], row["niveau"], row["code"], row["heures"])
            yield key, (row["territoire"], _standing(row))
    for row in _rows(tables, "lycees"):
        name = f"{row['lycee']}, {row['commune']}"
        yield (row["classe"], LYCEE, row["uai"], row["heures"]), (name, _standing(row))
    for row in _rows(tables, "responsables"):
        for hours, column in (("service", "panne_service_ms"), ("24/7", "panne_continu_ms")):
            lost = Standing(Tally(down=row[column]))
            owner = row["responsable"]
            yield (row["classe"], OWNER, owner, hours), (owner, lost)


def _shared(row: Mapping[str, Any], tables: Mapping[str, Any]) -> bool:
    """Tell whether a row is of a service that lycées share: their sum is not the Region's."""
    same = (
        other
        for other in _rows(tables, "classes")
        if (other["classe"], other["heures"]) == (row["classe"], row["heures"])
    )
    return len({other["ressources"] for other in same}) > 1


def _rows(tables: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    rows: Iterable[Mapping[str, Any]] = tables.get(name, {}).get("rows", ())
    return rows


def _standing(row: Mapping[str, Any]) -> Standing:
    tally = Tally(
        required=row["du_ms"],
        up=row["service_ms"],
        degraded=row["degrade_ms"],
        down=row["panne_ms"],
        unreachable=row["injoignable_ms"],
        unobserved=row["non_mesure_ms"],
        edge=row["dont_lisiere_ms"],
    )
    return Standing(tally, row["coupures"], row.get("verdict") or "")


def _others(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield the titles of the tables that are not told line by line, and differ."""
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        if name not in _TOLD and old != new:
            yield (new or old or {})["title"]
