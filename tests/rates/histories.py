"""Histories kept in lists, and the slow readable way to the same figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from numlycee.domain.calendars import ALWAYS, Calendar
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.sites import Department, Site
from numlycee.rates.ports import CoverageRow, SpellRow

MONDAY = 1_772_406_000_000  # 2 March 2026, midnight in Paris
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000

GARONNE = Department("31", "Haute-Garonne", "Toulouse")
HERAULT = Department("34", "Hérault", "Montpellier")

SCHOOL = Calendar("school", "Europe/Paris", (((450, 1110),),) * 5 + ((), ()))
CALENDARS: Mapping[str, Calendar] = {"": SCHOOL, "boarding": ALWAYS}


def site(uai: str, department: Department = GARONNE, pupils: int = 100, calendar: str = "") -> Site:
    return Site(uai, uai, "Ville", department, 43.6, 1.4, pupils, calendar=calendar)


LINK = Resource("link", Kind.LINK, "Accès THD")
ENT = Resource("ent", Kind.SERVICE, "ENT", parent="link")
SWITCH = Resource("sw", Kind.SWITCH, "Cœur")
ACCESS_POINT = Resource("ap", Kind.ACCESS_POINT, "Borne", parent="sw")


@dataclass
class ListHistory:
    """A `History` in lists."""

    lists: list[tuple[str, Inventory]] = field(default_factory=list)
    covered: list[CoverageRow] = field(default_factory=list)
    spelt: list[SpellRow] = field(default_factory=list)

    def inventories(self) -> Iterable[tuple[str, Inventory]]:
        return self.lists

    def coverage(self, start: int, end: int) -> Iterable[CoverageRow]:
        return [row for row in self.covered if row.start < end and start < row.end]

    def spells(self, start: int, end: int) -> Iterable[SpellRow]:
        return [row for row in self.spelt if row.start < end and start < row.end]

    def births(self) -> Iterable[tuple[str, str, int]]:
        first: dict[tuple[str, str], int] = {}
        for row in self.covered:
            key = row.uai, row.inventory
            first[key] = min(row.start, first.get(key, row.start))
        return [(uai, digest, instant) for (uai, digest), instant in first.items()]

    def watched(
        self,
        uai: str,
        resources: tuple[Resource, ...],
        start: int,
        end: int,
        *,
        run: str = "r1",
        began: int = 0,
        digest: str = "d1",
        vantage: Vantage = Vantage.SITE,
    ) -> None:
        """Add coverage under an inventory of these resources."""
        inventory = uai, Inventory(digest, resources)
        if inventory not in self.lists:
            self.lists.append(inventory)
        self.covered.append(CoverageRow(uai, vantage, run, began, digest, start, end))
