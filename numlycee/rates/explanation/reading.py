"""Whose account of a resource is read at each instant, and by which rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind
from numlycee.domain.register import Register
from numlycee.domain.states import State
from numlycee.domain.timeline import Timeline, restrict
from numlycee.rates.accounts import Account, SiteAccount, site_account
from numlycee.rates.explanation.model import Life, Listing, Reading, Rule, Run
from numlycee.rates.explanation.ports import Evidence
from numlycee.rates.model import Window
from numlycee.rates.ports import CoverageRow

Source = tuple[IntervalSet, Reading]
"""Instants, and who is read over them."""


@dataclass(frozen=True, slots=True)
class SiteEvidence:
    """One site's rows, and what the readable rules make of them."""

    uai: str
    evidence: Evidence
    register: Register
    rows: tuple[CoverageRow, ...]
    account: SiteAccount

    def resource(self, name: str) -> Resource | None:
        """Return a resource that was ever covered under a list naming it."""
        known = name in self.account.resources and self.account.born(name) is not None
        return self.account.resources[name] if known else None

    def names(self) -> list[str]:
        """Return the ids of the resources ever covered."""
        return [name for name in self.account.resources if self.account.born(name) is not None]

    def of(self, kind: Kind) -> list[str]:
        """Return the ids of the resources of a kind, sorted."""
        return sorted(name for name in self.names() if self.account.resources[name].kind is kind)

    def life(self, name: str) -> Life:
        """Return the life of a resource: since it was first covered under a list naming it."""
        listed = self.account.born(name)
        if listed is None:
            message = f"{self.uai}/{name} was never covered under a list naming it"
            raise LookupError(message)
        return Life(listed, self.register.lifetime((self.uai, name)))

    def timeline(self, name: str) -> Timeline:
        """Return the timeline of one resource by the readable rules, as long as it lives."""
        whole = self.account.timeline(name, self.evidence.exceptions(self.uai, name))
        return lived(whole, self.life(name))

    def outside(self, name: str) -> Timeline:
        """Return what the centre, in this site's name, saw of a service that sites share."""
        if name not in self.account.listing:
            return Timeline()
        return self.account.outside(name, self.evidence.exceptions(self.uai, name))


def lived(timeline: Timeline, life: Life) -> Timeline:
    """Return what a timeline says up to the end of a life."""
    alive = life.alive
    return Timeline(timeline.coverage & alive, tuple(restrict(timeline.spells, alive)))


def site_evidence(evidence: Evidence, register: Register, uai: str) -> SiteEvidence:
    """Read what a site reported of what it watched."""
    rows = tuple(evidence.accounts(uai))
    births: dict[str, int] = {}
    for row in rows:
        births[row.inventory] = min(row.start, births.get(row.inventory, row.start))
    account = site_account(evidence.lists(uai), births, rows)
    return SiteEvidence(uai, evidence, register, rows, account)


def sources(site: SiteEvidence, name: str, timeline: Timeline) -> list[Source]:
    """Return who is read of a resource, instants apart; where nobody is, nobody watched."""
    own = _vantage(site, name, Vantage.SITE, site.account.site)
    found = [*own]
    if site.account.lent(name):
        lent = timeline.coverage - _seen(site, name)
        outside = _vantage(site, name, Vantage.CENTRE, site.account.centre)
        taken = [
            (instants & lent, Reading(Rule.CENTRE, r.vantage, r.run, r.began, r.inventory))
            for instants, r in outside
            if r.rule is not Rule.NOT_LISTED
        ]
        found = [*taken, *found]
    return _apart(found)


def _seen(site: SiteEvidence, name: str) -> IntervalSet:
    """Return where the site's own agent gives a state other than `unobserved`."""
    rows = (row for row in site.evidence.exceptions(site.uai, name) if row.vantage is Vantage.SITE)
    blind: list[tuple[int, int]] = []
    for row in rows:
        if row.state is State.UNOBSERVED:
            read = site.account.site.by_run.get((row.began, row.run), NEVER)
            blind += read.clip(row.start, row.end).spans
    return site.account.covered(name, site.account.site) - IntervalSet.of(blind)


def _vantage(site: SiteEvidence, name: str, vantage: Vantage, account: Account) -> Iterator[Source]:
    rows = [row for row in site.rows if row.vantage is vantage]
    listing = site.account.listing[name]
    contested = NEVER if account.plain else _contested(rows)
    for row in rows:
        read = account.by_run[row.began, row.run].clip(row.start, row.end)
        if row.inventory not in listing:
            yield read, _reading(Rule.NOT_LISTED, row)
            continue
        yield read & contested, _reading(Rule.GREATER_RUN, row)
        yield read - contested, _reading(Rule.ALONE, row)


def _contested(rows: Iterable[CoverageRow]) -> IntervalSet:
    """Return the instants that more than one run accounts for."""
    by_run: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        by_run[row.began, row.run].append((row.start, row.end))
    once = twice = NEVER
    for spans in by_run.values():
        covered = IntervalSet.of(spans)
        twice |= once & covered
        once |= covered
    return twice


def _reading(rule: Rule, row: CoverageRow) -> Reading:
    return Reading(rule, row.vantage, row.run, row.began, row.inventory)


def _apart(found: Iterable[Source]) -> list[Source]:
    """Return the sources with nothing in common: the first of several keeps an instant."""
    taken, apart = NEVER, []
    for instants, reading in found:
        apart.append((instants - taken, reading))
        taken |= instants
    return [(instants, reading) for instants, reading in apart if instants]


def runs(site: SiteEvidence, window: Window) -> Iterator[Run]:
    """Yield what each run covers of a window, the one that is read first of all first."""
    for vantage, account in (
        (Vantage.SITE, site.account.site),
        (Vantage.CENTRE, site.account.centre),
    ):
        for began, run in sorted(account.by_run, reverse=True):
            spans = IntervalSet.of(
                (row.start, row.end)
                for row in site.rows
                if (row.vantage, row.began, row.run) == (vantage, began, run)
            ).clip(window.start, window.until)
            if spans:
                read = account.by_run[began, run].clip(window.start, window.until).measure
                yield Run(
                    vantage, run, began,
                    spans.spans[0][0], spans.spans[-1][1], spans.measure, read,
                )  # fmt: skip


def listings(site: SiteEvidence, name: str, window: Window) -> Iterator[Listing]:
    """Yield the inventories in force in a window, the earliest first."""
    births = site.account.births
    here = {
        row.inventory for row in site.rows if row.start < window.until and window.start < row.end
    }
    for digest in sorted(here, key=lambda digest: (births[digest], digest)):
        yield Listing(digest, births[digest], digest in site.account.listing[name])
