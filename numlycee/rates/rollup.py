"""Roll-up: sums within one class, from resources to sites, départements, académies, the Region."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Tally
from numlycee.rates.columns import Subject
from numlycee.rates.counting import WIDTH, tally_of
from numlycee.rates.integral import Ints, ints
from numlycee.rates.model import REGION, Figures, Level, Scope

CLASSES = tuple(ResourceClass)
_CODE = {resource_class: code for code, resource_class in enumerate(CLASSES)}
LOSING = frozenset({ResourceClass.LINK, ResourceClass.SERVICE})
"""Classes whose `down` costs every pupil of the lycée."""

Key = tuple[Scope, ResourceClass]


@dataclass(frozen=True, slots=True)
class Places:
    """Where each subject counts: one array of keys per level, -1 where it does not."""

    scopes: tuple[Scope, ...]
    levels: Mapping[Level, Ints]

    @classmethod
    def of(cls, subjects: Sequence[Subject], sites: Mapping[str, Site]) -> Self:
        """Place every subject; of a shared service only the verdict counts for the Region."""
        scopes: dict[Scope, int] = {}
        levels = {}
        for level, scope_of in _SCOPES.items():
            keys = []
            for subject in subjects:
                scope = scope_of(subject, sites)
                place = -1 if scope is None else scopes.setdefault(scope, len(scopes))
                code = _CODE[subject.resource.resource_class]
                keys.append(-1 if place < 0 else place * len(CLASSES) + code)
            levels[level] = ints(keys)
        return cls(tuple(scopes), levels)

    def summed(self, rows: Ints, levels: Sequence[Level]) -> dict[Key, list[int]]:
        """Return the sums of the subjects' rows by scope and class."""
        sums = np.zeros((len(self.scopes) * len(CLASSES), rows.shape[1]), dtype=np.int64)
        return self._gathered(sums, np.add, rows, levels)

    def greatest(self, values: Ints) -> dict[Key, list[int]]:
        """Return the greatest of the subjects' values by scope and class."""
        tops = np.zeros((len(self.scopes) * len(CLASSES), 1), dtype=np.int64)
        return self._gathered(tops, np.maximum, values.reshape(-1, 1), tuple(Level))

    def _gathered(
        self, into: Ints, how: np.ufunc, rows: Ints, levels: Sequence[Level]
    ) -> dict[Key, list[int]]:
        used = []
        for level in levels:
            keys = self.levels[level]
            here = keys >= 0
            how.at(into, keys[here], rows[here])
            used.append(np.unique(keys[here]))
        keys = np.concatenate(used)
        return {
            (self.scopes[key // len(CLASSES)], CLASSES[key % len(CLASSES)]): row
            for key, row in zip(keys.tolist(), into[keys].tolist(), strict=True)
        }


def _region(subject: Subject, _sites: Mapping[str, Site]) -> Scope | None:
    voted = subject.resource.resource_class is ResourceClass.SERVICE
    return None if voted and subject.uai else REGION


def _academy(subject: Subject, sites: Mapping[str, Site]) -> Scope | None:
    return Scope(Level.ACADEMY, sites[subject.uai].department.academy) if subject.uai else None


def _department(subject: Subject, sites: Mapping[str, Site]) -> Scope | None:
    return Scope(Level.DEPARTMENT, sites[subject.uai].department.code) if subject.uai else None


def _site(subject: Subject, _sites: Mapping[str, Site]) -> Scope | None:
    return Scope(Level.SITE, subject.uai) if subject.uai else None


_SCOPES: Mapping[Level, Callable[[Subject, Mapping[str, Site]], Scope | None]] = {
    Level.REGION: _region,
    Level.ACADEMY: _academy,
    Level.DEPARTMENT: _department,
    Level.SITE: _site,
}


@dataclass(frozen=True, slots=True)
class SubjectFigures:
    """Figures of every subject over one window, as columns in the order of the subjects."""

    living: Ints
    contract: Ints
    felt: Ints
    outages: Ints
    outage_ms: Ints
    longest_outage_ms: Ints
    lost_pupil_ms: Ints


def table(places: Places, figures: SubjectFigures) -> dict[Key, Figures]:
    """Return the figures by scope and class; classes without a living resource are left out."""
    loose = (figures.living, figures.outages, figures.outage_ms, figures.lost_pupil_ms)
    rows = np.column_stack((*loose, figures.contract, figures.felt))
    longest = places.greatest(figures.longest_outage_ms)
    return {
        key: Figures(
            resources=row[0],
            contract=tally_of(row[4 : 4 + WIDTH]),
            felt=tally_of(row[4 + WIDTH :]),
            outages=row[1],
            outage_ms=row[2],
            longest_outage_ms=longest[key][0],
            lost_pupil_ms=row[3],
        )
        for key, row in places.summed(rows, tuple(Level)).items()
        if row[0]
    }


def day_tallies(places: Places, contract: Ints, levels: Sequence[Level]) -> dict[Key, Tally]:
    """Return the tallies of one day by scope and class at some levels."""
    return {key: tally_of(row) for key, row in places.summed(contract, levels).items()}
