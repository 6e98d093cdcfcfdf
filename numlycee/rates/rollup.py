"""Roll-up: sums within one class, from resources to sites, départements, académies, the Region."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Tally
from numlycee.rates.bins import Bins
from numlycee.rates.columns import Subject
from numlycee.rates.counting import tally_of
from numlycee.rates.counts import Stakes, Totals
from numlycee.rates.integral import Ints, ints
from numlycee.rates.model import REGION, Figures, Heading, Level, Scope

LOSING = frozenset({ResourceClass.LINK, ResourceClass.SERVICE, ResourceClass.COMPOSITE})
"""Classes whose `down` costs every pupil of the lycée."""

Leaf = tuple[str, ResourceClass, str]
"""A site (empty: all), a class, and the id of the service that sites share, if it is one."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where each subject counts: in one leaf, and each leaf in a key for every level.

    The n-th pair says that what is counted in the leaf `leaf[n]` adds to the key `key[n]`.
    """

    of: Ints
    leaves: tuple[Leaf, ...]
    keys: tuple[Heading, ...]
    leaf: Ints
    key: Ints
    stakes: Stakes

    @classmethod
    def of_subjects(cls, subjects: Sequence[Subject], sites: Mapping[str, Site]) -> Self:
        """Place every subject; of a shared service only the verdict counts for the Region."""
        shared = {(s.resource.resource_class, s.resource.id) for s in subjects if not s.uai}
        number: dict[Leaf, int] = {}
        of = ints([number.setdefault(_leaf(s, shared), len(number)) for s in subjects])
        leaves, keys = tuple(number), dict[Heading, int]()
        pairs = [
            (n, keys.setdefault((scope, leaf[1]), len(keys)))
            for scope_of in _SCOPES
            for n, leaf in enumerate(leaves)
            if (scope := scope_of(leaf, sites)) is not None
        ]
        leaf, key = ints([bound for pair in pairs for bound in pair]).reshape(-1, 2).T
        return cls(of, leaves, tuple(keys), leaf, key, _stakes(leaves, sites))

    def bins(self, group: Ints) -> Bins:
        """Return the leaves as bins of subjects of these groups."""
        return Bins.over(self.of, len(self.leaves), group)

    def each(self) -> Stakes:
        """Return the stakes of every subject for itself."""
        return Stakes(
            self.stakes.pupils[self.of],
            tuple(
                (int(np.flatnonzero(self.of == own)[0]), np.flatnonzero(np.isin(self.of, members)))
                for own, members in self.stakes.shared
            ),
        )

    def summed(self, rows: Ints) -> Ints:
        """Return the sums of the leaves' rows, a row for each key."""
        sums = np.zeros((len(self.keys), rows.shape[1]), dtype=np.int64)
        np.add.at(sums, self.key, rows[self.leaf])
        return sums

    def greatest(self, values: Ints) -> Ints:
        """Return the greatest of the leaves' values for each key."""
        tops = np.zeros(len(self.keys), dtype=np.int64)
        np.maximum.at(tops, self.key, values[self.leaf])
        return tops


def _leaf(subject: Subject, shared: Collection[tuple[ResourceClass, str]]) -> Leaf:
    resource_class = subject.resource.resource_class
    name = subject.resource.id
    return subject.uai, resource_class, name if (resource_class, name) in shared else ""


def _stakes(leaves: Sequence[Leaf], sites: Mapping[str, Site]) -> Stakes:
    pupils = [
        sites[uai].enrolment if uai and resource_class in LOSING else 0
        for uai, resource_class, _ in leaves
    ]
    members: dict[tuple[ResourceClass, str], list[int]] = {}
    for n, (uai, resource_class, name) in enumerate(leaves):
        if uai and name:
            members.setdefault((resource_class, name), []).append(n)
    shared = tuple(
        (n, ints(members.get((resource_class, name), [])))
        for n, (uai, resource_class, name) in enumerate(leaves)
        if not uai
    )
    return Stakes(ints(pupils), shared)


def _region(leaf: Leaf, _sites: Mapping[str, Site]) -> Scope | None:
    return None if leaf[0] and leaf[1] is ResourceClass.SERVICE else REGION


def _academy(leaf: Leaf, sites: Mapping[str, Site]) -> Scope | None:
    return Scope(Level.ACADEMY, sites[leaf[0]].department.academy) if leaf[0] else None


def _department(leaf: Leaf, sites: Mapping[str, Site]) -> Scope | None:
    return Scope(Level.DEPARTMENT, sites[leaf[0]].department.code) if leaf[0] else None


def _site(leaf: Leaf, _sites: Mapping[str, Site]) -> Scope | None:
    return Scope(Level.SITE, leaf[0]) if leaf[0] else None


_SCOPES: tuple[Callable[[Leaf, Mapping[str, Site]], Scope | None], ...] = (
    _region,
    _academy,
    _department,
    _site,
)


def table(places: Places, totals: Totals) -> dict[Heading, Figures]:
    """Return the figures by scope and class; classes without a living resource are left out."""
    outages = totals.outages
    loose = (totals.living, outages.count, outages.whole, totals.lost_pupil_ms)
    rows = places.summed(np.column_stack(loose)).tolist()
    longest = places.greatest(outages.longest).tolist()
    felt = [tally_of(row) for row in places.summed(totals.felt).tolist()]
    contract = felt
    if totals.contract is not totals.felt:
        contract = [tally_of(row) for row in places.summed(totals.contract).tolist()]
    columns = zip(places.keys, rows, contract, felt, longest, strict=True)
    return {
        key: Figures(living, owed, lived, count, whole, top, lost)
        for key, (living, count, whole, lost), owed, lived, top in columns
        if living
    }


def day_tallies(places: Places, contract: Ints, levels: Collection[Level]) -> dict[Heading, Tally]:
    """Return the tallies of one day by scope and class at some levels."""
    rows = places.summed(contract).tolist()
    return {
        key: tally_of(row)
        for key, row in zip(places.keys, rows, strict=True)
        if key[0].level in levels
    }
