"""From rows of several runs and inventories to what is read of one site."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.timeline import Spell, Timeline, merge_spells, prefer, restrict
from numlycee.rates.ports import CoverageRow, SpellRow

Run = tuple[int, str]
"""A run's rank: when it began, then its id; the greatest is read where several overlap."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is read of one vantage of one site: instants by run and by inventory.

    `plain` says that no two runs overlap, so that every row is read as it stands; `since` is the
    first instant covered under each inventory, read or not.
    """

    by_run: Mapping[Run, IntervalSet]
    by_inventory: Mapping[str, IntervalSet]
    plain: bool
    since: Mapping[str, int]


def account(rows: Iterable[CoverageRow]) -> Account:
    """Return what is read of the coverage rows of one vantage of one site."""
    rows = sorted(rows, key=lambda row: row.start)
    plain = _apart(rows)
    read = _by_run(rows) if plain else _ranked(_by_run(rows))
    listed: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        whole = (row.start, row.end)
        seen = (whole,) if plain else read[row.began, row.run].clip(*whole).spans
        listed[row.inventory] += seen
    since = {row.inventory: row.start for row in reversed(rows)}
    return Account(
        read, {name: IntervalSet.of(spans) for name, spans in listed.items()}, plain, since
    )


def _apart(rows: Sequence[CoverageRow]) -> bool:
    until = 0
    for row in rows:
        if row.start < until:
            return False
        until = row.end
    return True


def _by_run(rows: Iterable[CoverageRow]) -> dict[Run, IntervalSet]:
    spans: dict[Run, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        spans[row.began, row.run].append((row.start, row.end))
    return {run: IntervalSet.of(covered) for run, covered in spans.items()}


def _ranked(runs: Mapping[Run, IntervalSet]) -> dict[Run, IntervalSet]:
    read: dict[Run, IntervalSet] = {}
    taken = NEVER
    for run in sorted(runs, reverse=True):
        read[run] = runs[run] - taken
        taken |= runs[run]
    return read


@dataclass(frozen=True, slots=True)
class SiteAccount:
    """One site: its resources by the digests that list them, its births and both vantages."""

    listing: Mapping[str, tuple[str, ...]]
    resources: Mapping[str, Resource]
    births: Mapping[str, int]
    site: Account
    centre: Account

    def born(self, resource: str) -> int | None:
        """Return the first instant covered under an inventory that lists the resource.

        What the centre watches of a service that sites share is not this site's.
        """
        shared = self.resources[resource].kind is Kind.SERVICE
        births = self.site.since if shared else self.births
        return min(
            (births[digest] for digest in self.listing[resource] if digest in births), default=None
        )

    def covered(self, resource: str, by: Account) -> IntervalSet:
        """Return the instants at which a vantage read accounts for a resource."""
        listing = [by.by_inventory.get(digest, NEVER) for digest in self.listing[resource]]
        return listing[0] if len(listing) == 1 else IntervalSet.of(s for x in listing for s in x)

    def seen(self, resource: str) -> IntervalSet:
        """Return the instants at which any vantage accounts for a resource."""
        own = self.covered(resource, self.site)
        return own | self.covered(resource, self.centre) if self.lent(resource) else own

    def lent(self, resource: str) -> bool:
        """Tell whether the centre also accounts for this resource: only links are lent to."""
        is_link = self.resources[resource].kind is Kind.LINK
        return is_link and bool(self.covered(resource, self.centre))

    def timeline(self, resource: str, rows: Iterable[SpellRow]) -> Timeline:
        """Return one resource's timeline from its rows, by the readable rules of the domain."""
        rows = tuple(rows)
        own = self._seen(resource, self.site, (r for r in rows if r.vantage is Vantage.SITE))
        if not self.lent(resource):
            return own
        outside = (r for r in rows if r.vantage is Vantage.CENTRE)
        return prefer(own, self._seen(resource, self.centre, outside), Cause.SITE_DARK)

    def outside(self, resource: str, rows: Iterable[SpellRow]) -> Timeline:
        """Return what the centre, in this site's name, saw of a service that sites share."""
        own = (row for row in rows if row.vantage is Vantage.CENTRE)
        return self._seen(resource, self.centre, own)

    def _seen(self, resource: str, by: Account, rows: Iterable[SpellRow]) -> Timeline:
        covered = self.covered(resource, by)
        spells: list[Spell] = []
        for row in rows:
            read = by.by_run.get((row.began, row.run), NEVER).clip(row.start, row.end)
            spell = Spell(row.start, row.end, row.state, row.cause)
            spells += restrict([spell], read & covered.clip(row.start, row.end))
        return Timeline(covered, merge_spells(spells))


def site_account(
    inventories: Iterable[Inventory],
    births: Mapping[str, int],
    coverage: Iterable[CoverageRow],
) -> SiteAccount:
    """Return the account of one site.

    A resource is described by the list of the site's agent that names it and was in force last.
    """
    seen: dict[Vantage, list[CoverageRow]] = defaultdict(list)
    for row in coverage:
        seen[row.vantage].append(row)
    last: dict[str, int] = {}
    for row in seen[Vantage.SITE]:
        last[row.inventory] = max(row.end, last.get(row.inventory, 0))
    listing: dict[str, list[str]] = defaultdict(list)
    resources: dict[str, Resource] = {}
    for inventory in sorted(
        inventories, key=lambda i: (last.get(i.digest, 0), births.get(i.digest, 0), i.digest)
    ):
        for resource in inventory:
            listing[resource.id].append(inventory.digest)
            resources[resource.id] = resource
    return SiteAccount(
        listing={name: tuple(digests) for name, digests in listing.items()},
        resources=resources,
        births=births,
        site=account(seen[Vantage.SITE]),
        centre=account(seen[Vantage.CENTRE]),
    )
