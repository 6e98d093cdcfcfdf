"""What would change in the register of equipment, as French tables for the terminal."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from numlycee.adapters.terminal.sentences import columns
from numlycee.domain.equipment import Item
from numlycee.domain.french import number, plural
from numlycee.domain.labels import spelt
from numlycee.domain.sites import Site
from numlycee.fleet.equipment_plan import EquipmentPlan, ItemChange
from numlycee.fleet.listing import Listing
from numlycee.fleet.reconcile import Standing

MOST = 40
"""Lines of a table beyond which only their number is told, unless all are asked for."""
_FIELDS = {
    "uai": "lycée",
    "id": "identifiant",
    "kind": "nature",
    "name": "nom",
    "vendor": "marque",
    "model": "modèle",
    "serial": "série",
    "owner": "responsable",
    "operator": "opérateur",
    "contract": "contrat",
    "labels": "étiquettes",
    "source": "source",
}


def show(
    plan: EquipmentPlan, listing: Listing, *, every: bool = False, console: Console | None = None
) -> None:
    """Print what would be added and changed, what vanished, and every line that is not used."""
    console = console or Console(highlight=False)
    most = None if every else MOST
    for title, lines, table in (
        ("À ajouter", plan.added, _items(plan.added[:most])),
        ("À changer", plan.changed, _changes(plan.changed[:most])),
        ("Disparus de l'export, gardés au registre", plan.vanished, _items(plan.vanished[:most])),
    ):
        _section(console, f"{title} : {plural(len(lines), 'équipement')}", table, len(lines))
    if plan.vanished:
        console.print(
            "Rien n'est ôté d'office : si un équipement ne doit plus le service, dites-le dans\n"
            "registre.toml ([[life]], retired), puis ôtez sa ligne du registre des équipements."
        )
    _rest(console, plan, listing, most)


def _rest(console: Console, plan: EquipmentPlan, listing: Listing, most: int | None) -> None:
    if plan.same:
        console.print(f"\nSans changement : {plural(plan.same, 'équipement')}")
    if listing.aside:
        console.print(Text("\nLaissés de côté", style="bold"))
        for reason, count in sorted(listing.aside.items(), key=lambda one: (-one[1], one[0])):
            console.print(Text(f"  {number(count)} : {reason}"), soft_wrap=True)
    if listing.unread:
        console.print(Text("\nColonnes non reprises : " + ", ".join(listing.unread)))
    faults = (*listing.faults, *plan.faults)
    if faults:
        title = f"\nÀ corriger : {plural(len(faults), 'ligne')}, qui ne sont pas reprises"
        console.print(Text(title, style="bold red"))
        for fault in faults[:most]:
            console.print(Text(f"  {fault}"), soft_wrap=True)
        _more(console, len(faults), most)


def show_standings(found: Sequence[Standing], sites: Mapping[str, Site]) -> None:
    """Print where register and agents disagree, lycée by lycée, and the totals."""
    console = Console(highlight=False)
    for standing in found:
        if standing.agreed:
            continue
        site = sites[standing.uai]
        console.print(Text(f"\n{site.name}, {site.commune} ({site.uai})", style="bold"))
        for line in _disagreements(standing):
            console.print(Text(f"  {line}"), soft_wrap=True)
    table = columns("registre et agents", ">équipements")
    for title, count in _totals(found).items():
        table.add_row(title, number(count))
    console.print()
    console.print(table)


def _totals(found: Sequence[Standing]) -> dict[str, int]:
    return {
        "au registre et observés": sum(one.both for one in found),
        "au registre, jamais observés": sum(len(one.unobserved) for one in found),
        "observés, à aucun registre": sum(len(one.unlisted) for one in found),
        "sous deux identifiants": sum(len(one.twins) for one in found),
        "sous deux natures": sum(len(one.differing) for one in found),
    }


def machine(found: Sequence[Standing]) -> list[dict[str, object]]:
    """Return standings for other programs."""
    return [
        {
            "uai": one.uai,
            "both": one.both,
            "unobserved": [item.id for item in one.unobserved],
            "unlisted": [resource.id for resource in one.unlisted],
            "twins": [{"register": t.item.id, "agent": t.resource.id} for t in one.twins],
            "differing": [
                {"id": t.item.id, "register": t.item.kind, "agent": t.resource.kind}
                for t in one.differing
            ],
        }
        for one in found
    ]


def show_items(items: Sequence[Item], console: Console | None = None) -> None:
    """Print what is listed of equipment, all of it."""
    console = console or Console(highlight=False)
    table = columns(
        "=identifiant", "nature", "nom", "modèle", "responsable", "contrat", "étiquettes"
    )
    for item in items:
        owner = item.owner or "–"
        table.add_row(
            item.id, item.kind, item.name, f"{item.vendor} {item.model}".strip(), owner,
            item.contract or "–", spelt(item.labels),
        )  # fmt: skip
    console.print(table)


def show_fleet(sites: Sequence[tuple[Site, int]]) -> None:
    """Print each lycée with how much equipment the register lists there."""
    table = columns(
        "=UAI", "lycée", "commune", ">élèves", "opérateur", "étiquettes", ">au registre"
    )
    for site, count in sites:
        place = f"{site.commune} ({site.department.code})"
        table.add_row(
            site.uai, site.name, place, number(site.enrolment), site.operator or "–",
            spelt(site.labels), number(count),
        )  # fmt: skip
    Console(highlight=False).print(table)


def _disagreements(standing: Standing) -> Iterator[str]:
    for item in standing.unobserved:
        yield f"jamais observé : {item.id} ({item.kind}), {item.name}"
    for resource in standing.unlisted:
        yield f"à aucun registre : {resource.id} ({resource.kind}), {resource.name}"
    for twin in standing.twins:
        yield f"deux identifiants : {twin.item.id} au registre, {twin.resource.id} chez l'agent"
    for twin in standing.differing:
        kinds = f"{twin.item.kind} au registre, {twin.resource.kind} chez l'agent"
        yield f"deux natures : {twin.item.id}, {kinds}"


def _section(console: Console, title: str, table: Table, count: int) -> None:
    if count:
        console.print(Text(f"\n{title}", style="bold"))
        console.print(table)
        _more(console, count, table.row_count)


def _more(console: Console, count: int, shown: int | None) -> None:
    if shown is not None and count > shown:
        console.print(f"  … et {number(count - shown)} de plus (--all les montre)")


def _items(items: Sequence[Item]) -> Table:
    table = columns("=lycée", "=identifiant", "nature", "nom", "modèle", "source")
    for item in items:
        model = f"{item.vendor} {item.model}".strip()
        table.add_row(item.uai, item.id, item.kind, item.name, model, item.source)
    return table


def _changes(changes: Sequence[ItemChange]) -> Table:
    table = columns("=lycée", "=identifiant", "nom", "ce qui change")
    for change in changes:
        after = change.after
        table.add_row(after.uai, after.id, after.name, "\n".join(_differences(change)))
    return table


def _differences(change: ItemChange) -> Iterator[str]:
    for name in change.fields:
        before, after = (_written(getattr(item, name)) for item in (change.before, change.after))
        yield f"{_FIELDS[name]} : {before} → {after}"


def _written(value: object) -> str:
    return (spelt(value) if isinstance(value, tuple) else str(value or "")) or "rien"
