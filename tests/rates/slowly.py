"""The same figures by the readable rules of the domain, one resource at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from numlycee.domain.calendars import ALWAYS, Calendar, ServiceTime
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource, Vantage
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.outages import Outage, outages
from numlycee.domain.quorum import Ballot, quorum
from numlycee.domain.register import SILENT, Register
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.domain.tallies import Tally, excluded, tally
from numlycee.domain.timeline import (
    RunAccount,
    Spell,
    Timeline,
    merge_spells,
    prefer,
    resolve,
    restrict,
)
from numlycee.rates.model import REGION, Figures, Hours, Level, Scope, Window
from tests.rates.histories import ListHistory

LATEST = 1 << 41
UNLISTED = Cause.SENSOR


class Slow:
    """The oracle."""

    def __init__(
        self,
        history: ListHistory,
        sites: Mapping[str, Site],
        calendars: Mapping[str, Calendar],
        register: Register = SILENT,
    ) -> None:
        self.history, self.sites, self.calendars = history, sites, calendars
        self.register = register
        self.births = {(uai, digest): at for uai, digest, at in history.births()}
        self.resources: dict[tuple[str, str], Resource] = {}
        for uai, inventory in history.inventories():
            if uai in sites:
                for resource in inventory:
                    self.resources[uai, resource.id] = resource
        self.resources = {k: r for k, r in self.resources.items() if self.born(*k) is not None}

    def born(self, uai: str, name: str) -> int | None:
        if self.resources[uai, name].kind is Kind.SERVICE:
            return self._first_watched(uai, name)
        return min(
            (
                self.births[uai, inventory.digest]
                for of, inventory in self.history.inventories()
                if of == uai and name in inventory and (uai, inventory.digest) in self.births
            ),
            default=None,
        )

    def _first_watched(self, uai: str, name: str) -> int | None:
        """What the centre watches of a shared service is not the site's."""
        listing = {i.digest for of, i in self.history.inventories() if of == uai and name in i}
        rows = (
            row for row in self.history.covered if (row.uai, row.vantage) == (uai, Vantage.SITE)
        )
        return min((row.start for row in rows if row.inventory in listing), default=None)

    def life(self, uai: str, name: str) -> tuple[int, int]:
        """Since when and until when anything is required of a resource or a shared service."""
        if uai:
            listed = self.born(uai, name)
        else:
            listed = min(b for of in self.shared()[name] if (b := self.life(of, name)[0]))
            listed = min([listed, *(start for start, _ in self.centre(name).coverage)])
        assert listed is not None
        stated = self.register.lifetime((uai, name))
        born = min(listed, listed if stated.begun is None else stated.begun)
        return born, LATEST if stated.retired is None else max(born, stated.retired)

    def timeline(self, uai: str, name: str) -> Timeline:
        return self._alive(self._timeline(uai, name), (uai, name))

    def _alive(self, timeline: Timeline, key: tuple[str, str]) -> Timeline:
        until = self.life(*key)[1]
        alive = IntervalSet(((0, until),))
        return Timeline(timeline.coverage & alive, tuple(restrict(timeline.spells, alive)))

    def _timeline(self, uai: str, name: str) -> Timeline:
        own = self._seen(uai, name, Vantage.SITE)
        if self.resources[uai, name].kind is not Kind.LINK:
            return own
        outside = self._seen(uai, name, Vantage.CENTRE)
        return prefer(own, outside, Cause.SITE_DARK) if outside.coverage else own

    def _seen(self, uai: str, name: str, vantage: Vantage) -> Timeline:
        listing = {i.digest for of, i in self.history.inventories() if of == uai and name in i}
        runs: dict[tuple[int, str], list[tuple[int, int, bool]]] = {}
        for row in self.history.covered:
            if (row.uai, row.vantage) == (uai, vantage):
                runs.setdefault((row.began, row.run), []).append(
                    (row.start, row.end, row.inventory in listing)
                )
        accounts = []
        for (began, run), rows in runs.items():
            listed = IntervalSet.of((a, b) for a, b, inside in rows if inside)
            unlisted = IntervalSet.of((a, b) for a, b, inside in rows if not inside)
            spells = [
                Spell(row.start, row.end, row.state, row.cause)
                for row in self.history.spelt
                if (row.uai, row.resource, row.vantage) == (uai, name, vantage)
                and (row.began, row.run) == (began, run)
            ]
            marked = tuple(Spell(a, b, State.UNOBSERVED, UNLISTED) for a, b in unlisted)
            kept = (*restrict(spells, listed), *marked)
            accounts.append(RunAccount(began, run, listed | unlisted, kept))
        whole = resolve(accounts)
        gone = IntervalSet.of((s.start, s.end) for s in whole.spells if s.cause is UNLISTED)
        return Timeline(
            whole.coverage - gone, tuple(s for s in whole.spells if s.cause is not UNLISTED)
        )

    def shared(self) -> Mapping[str, list[str]]:
        names: dict[str, list[str]] = {}
        for (uai, name), resource in self.resources.items():
            if resource.kind is Kind.SERVICE:
                names.setdefault(name, []).append(uai)
        return names

    def verdict(self, name: str) -> Timeline:
        ballots = [
            Ballot(self.timeline(uai, name), self.timeline(uai, "link"))
            for uai in self.shared()[name]
            if (uai, "link") in self.resources
        ]
        return self._alive(quorum(ballots, self.centre(name), 0, LATEST), ("", name))

    def centre(self, name: str) -> Timeline:
        """Return what the centre saw of a service: of several accounts the first site's is read."""
        accounts = [
            self._seen(uai, name, Vantage.CENTRE)
            for uai in sorted(self.sites)
            if any(of == uai and name in listed for of, listed in self.history.inventories())
        ]
        whole = Timeline()
        for account in accounts:
            taken = account.coverage - whole.coverage
            more = tuple(restrict(account.spells, taken))
            whole = Timeline(whole.coverage | taken, merge_spells((*whole.spells, *more)))
        return whole

    def each(self, window: Window, hours: Hours) -> dict[tuple[str, str], Figures]:
        """Return the figures of every resource, and of the services that sites share."""
        figures: dict[tuple[str, str], Figures] = {}
        for (uai, name), resource in self.resources.items():
            calendar = self.calendars[self.sites[uai].calendar]
            one = self._figures(self.timeline(uai, name), calendar, (uai, name), window, hours)
            if resource.resource_class in {ResourceClass.LINK, ResourceClass.SERVICE}:
                lost = one.contract.down * self.sites[uai].enrolment
                one = replace(one, lost_pupil_ms=lost)
            figures[uai, name] = one
        for name, uais in self.shared().items():
            one = self._figures(self.verdict(name), self.calendars[""], ("", name), window, hours)
            lost = sum(figures[uai, name].lost_pupil_ms for uai in uais)
            figures["", name] = replace(one, lost_pupil_ms=lost)
        return figures

    def table(self, window: Window, hours: Hours) -> dict[tuple[Scope, ResourceClass], Figures]:
        parts: dict[tuple[Scope, ResourceClass], list[Figures]] = {}
        for (uai, name), one in self.each(window, hours).items():
            kind = self.resources[uai, name].resource_class if uai else ResourceClass.SERVICE
            for scope in self._scopes(uai, kind):
                parts.setdefault((scope, kind), []).append(one)
        sums = {key: added(figures) for key, figures in parts.items()}
        return {key: figures for key, figures in sums.items() if figures.resources}

    def _scopes(self, uai: str, kind: ResourceClass) -> list[Scope]:
        """Where a resource counts; of a shared service only the verdict counts for the Region."""
        if not uai:
            return [REGION]
        place = self.sites[uai].department
        own = [
            Scope(Level.SITE, uai),
            Scope(Level.DEPARTMENT, place.code),
            Scope(Level.ACADEMY, place.academy),
        ]
        return own if kind is ResourceClass.SERVICE else [*own, REGION]

    def _figures(
        self,
        timeline: Timeline,
        calendar: Calendar,
        key: tuple[str, str],
        window: Window,
        hours: Hours,
    ) -> Figures:
        born, retired = self.life(*key)
        opening = (ALWAYS if hours is Hours.ALWAYS else calendar).opening(born, window.until)
        apart = excluded(self.register.announced(key))
        felt = opening.clip(max(born, window.start), min(retired, window.until))
        time = ServiceTime(opening - apart)
        counted = []
        for outage in self._known(timeline, key, window.as_of):
            first = time.first_after(outage.start)
            if first is not None and first < outage.end and window.start <= first < window.until:
                counted.append(outage)
        return Figures(
            resources=int(born < min(retired, window.until) and window.start < retired),
            contract=tally(timeline, felt - apart),
            felt=tally(timeline, felt),
            outages=len(counted),
            outage_ms=sum(outage.duration for outage in counted),
            longest_outage_ms=max((outage.duration for outage in counted), default=0),
        )

    def outages(self, uai: str, name: str, as_of: int) -> list[Outage]:
        return self._known(self.timeline(uai, name), (uai, name), as_of)

    def _known(self, timeline: Timeline, key: tuple[str, str], as_of: int) -> list[Outage]:
        born, retired = self.life(*key)
        if born >= as_of:
            return []
        if as_of < retired:
            return list(outages(timeline, born, as_of))
        return [replace(one, ongoing=False) for one in outages(timeline, born, retired)]


def added(figures: Sequence[Figures]) -> Figures:
    total = Figures(0, Tally(), Tally())
    for one in figures:
        total = Figures(
            total.resources + one.resources,
            total.contract + one.contract,
            total.felt + one.felt,
            total.outages + one.outages,
            total.outage_ms + one.outage_ms,
            max(total.longest_outage_ms, one.longest_outage_ms),
            total.lost_pupil_ms + one.lost_pupil_ms,
        )
    return total
