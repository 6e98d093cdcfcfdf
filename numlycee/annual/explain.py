"""Why two editions differ, as far as their own documents prove it."""

from collections.abc import Iterator, Mapping
from typing import Any

from numlycee.domain import french

Document = Mapping[str, Any]

_STATED = {
    "sites": "la liste ou la description des lycées a changé",
    "objectives": "les objectifs ont changé",
    "contracts": "les contrats ont changé",
    "maintenance": "les interventions inscrites au registre ont changé",
    "lifetimes": "les durées de vie inscrites au registre ont changé",
    "losses": "des relevés ont été déclarés perdus par des agents, ou retrouvés",
    "overrules": "les corrections de responsable inscrites au registre ont changé",
}


def reasons(previous: Document, current: Document) -> Iterator[str]:
    """Yield a sentence for each cause that the digests and versions of both editions prove."""
    old, new = previous["report"], current["report"]
    if old["rules"] != new["rules"]:
        yield f"les règles de calcul passent de la version {old['rules']} à la {new['rules']}"
    moved = {
        name
        for name in {*old["inputs"], *new["inputs"]}
        if old["inputs"].get(name) != new["inputs"].get(name)
    }
    if "period" in moved:
        yield "la période, l’instant de lecture ou le nom de la Région ont changé"
    if "calendars" in moved:
        yield from _calendars(old["calendars"], new["calendars"])
    if "resources" in moved:
        yield _resources(_count(previous), _count(current))
    if "observations" in moved:
        yield _observed(_seen(previous), _seen(current))
    if "composites" in moved and not moved & {"observations", "resources"}:
        yield "la composition des services composés a changé"
    yield from (sentence for name, sentence in _STATED.items() if name in moved)


def _calendars(old: Document, new: Document) -> Iterator[str]:
    told = False
    for name in dict.fromkeys((*new, *old)):
        before, after = old.get(name), new.get(name)
        if before != after:
            told = True
            yield f"calendrier : {_named(before)} → {_named(after)}"
    if not told:
        yield "le calendrier a été corrigé sans changer de version"


def _named(calendar: Mapping[str, str] | None) -> str:
    return f"« {calendar['name']} », version {calendar['version']}" if calendar else "aucun"


def _count(document: Document) -> int:
    return sum(
        row["ressources"]
        for row in document["tables"]["classes"]["rows"]
        if row["vue"] == "somme des lycées" and row["heures"] == "24/7"
    )


def _resources(before: int, after: int) -> str:
    if before == after:
        return "la description des ressources ou leur durée de vie a changé"
    return f"les ressources suivies passent de {french.number(before)} à {french.number(after)}"


def _seen(document: Document) -> int:
    """Return what was observed around the clock: it depends on no calendar."""
    return sum(
        row["du_ms"] - row["non_mesure_ms"]
        for row in document["tables"]["lycees"]["rows"]
        if row["heures"] == "24/7"
    )


def _observed(before: int, after: int) -> str:
    """Say how much more was observed: late data, or data that contradict the earlier ones."""
    if before == after:
        return "les observations ont été corrigées, à temps observé égal"
    word = "plus" if after > before else "moins"
    return (
        f"{french.duration(abs(after - before))} observées en {word}, "
        "24 h/24, toutes ressources cumulées"
    )
