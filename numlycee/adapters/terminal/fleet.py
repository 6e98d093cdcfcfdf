"""What would change in the fleet, as French tables for the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from numlycee.adapters.terminal.sentences import columns
from numlycee.domain.french import number, plural
from numlycee.domain.sites import Department, Site
from numlycee.fleet.plan import Change, Plan

_FIELDS = {
    "name": "nom",
    "commune": "commune",
    "department": "département",
    "latitude": "latitude",
    "longitude": "longitude",
    "enrolment": "élèves",
    "others": "autres UAI",
    "enrolments": "élèves par année",
    "web": "site web",
}


def show(plan: Plan, cautions: Sequence[str], console: Console | None = None) -> None:
    """Print what would be added and changed, what is ours alone, and what to look at."""
    console = console or Console(highlight=False)
    for title, table in (
        (f"À ajouter : {plural(len(plan.added), 'lycée')}", _added(plan.added)),
        (f"À changer : {plural(len(plan.changed), 'lycée')}", _changed(plan.changed)),
        (f"Gardés, inconnus de l'annuaire : {plural(len(plan.unknown), 'lycée')}",
         _added(plan.unknown)),
    ):  # fmt: skip
        if table.row_count:
            console.print(Text(f"\n{title}", style="bold"))
            console.print(table)
    if cautions:
        console.print(Text("\nÀ regarder", style="bold"))
        for caution in cautions:
            console.print(Text(f"  {caution}"), soft_wrap=True)


def _added(sites: Sequence[Site]) -> Table:
    table = columns("=UAI", "autres UAI", "lycée", "commune", ">élèves")
    for site in sites:
        pupils = number(site.enrolment) if site.enrolment else "–"
        table.add_row(site.uai, " ".join(site.others), site.name, _place(site), pupils)
    return table


def _place(site: Site) -> str:
    return f"{site.commune} ({site.department.code})"


def _changed(changes: Sequence[Change]) -> Table:
    table = columns("=UAI", "lycée", "ce qui change")
    for change in changes:
        table.add_row(change.after.uai, change.after.name, "\n".join(_differences(change)))
    return table


def _differences(change: Change) -> Iterator[str]:
    for name in change.fields:
        before, after = (_written(getattr(site, name)) for site in (change.before, change.after))
        yield f"{_FIELDS[name]} : {before} → {after}"


def _written(value: object) -> str:
    if isinstance(value, Department):
        return f"{value.code} {value.name} ({value.academy})"
    if isinstance(value, tuple):
        return " ".join(map(_one, value)) or "aucun"
    if value == "":
        return "aucun"
    return number(value) if isinstance(value, int) else str(value)


def _one(item: object) -> str:
    """Write one of several: a UAI, or the pupils of a school year."""
    if isinstance(item, tuple):
        year, pupils = item
        return f"{year}-{year + 1} : {number(pupils)}"
    return str(item)
