"""Announced maintenance: what it takes out of the time that the contract requires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.register import WHOLE_SITE, Register
from numlycee.domain.tallies import excluded
from numlycee.rates.columns import Columns, Numbers, Subject, numbers
from numlycee.rates.integral import LINE, Integral, Ints, ints
from numlycee.rates.service import ServiceTime
from numlycee.rates.spans import laid


def withheld(register: Register, subjects: Sequence[Subject]) -> dict[int, IntervalSet]:
    """Return the instants that maintenance takes from each subject that has any announced."""
    stated = register.maintenance.keys()
    found: dict[int, IntervalSet] = {}
    if not stated:
        return found
    for index, subject in enumerate(subjects):
        key = subject.uai, subject.resource.id
        if key in stated or (subject.uai, WHOLE_SITE) in stated:
            instants = excluded(register.announced(key))
            if instants:
                found[index] = instants
    return found


@dataclass(frozen=True, slots=True)
class Apart:
    """The subjects with maintenance, as columns whose groups share it too.

    `origin` is the group that each was part of; `instants` has a line of maintenance for each.
    """

    subjects: Ints
    columns: Columns
    origin: Ints
    instants: Integral

    @classmethod
    def of(cls, columns: Columns, found: Mapping[int, IntervalSet]) -> Self:
        """Set the subjects found apart; the n-th distinct set of instants is number n."""
        subjects = ints(sorted(found))
        sets = {instants: n for n, instants in enumerate(dict.fromkeys(found.values()))}
        number = ints([sets[found[subject]] for subject in subjects.tolist()])
        pairs, group = np.unique(columns.group[subjects] * len(sets) + number, return_inverse=True)
        origin = pairs // len(sets)
        lines = list(sets)
        instants = Integral.of([lines[pair % len(sets)] for pair in pairs.tolist()])
        return cls(subjects, _part(columns, subjects, group, origin), origin, instants)

    def rows(self, subject: Numbers) -> tuple[Ints, Ints]:
        """Return the rows of columns of all subjects that are about these, and which they are."""
        return _rows(self.subjects, subject)


def _part(columns: Columns, subjects: Ints, group: Ints, origin: Ints) -> Columns:
    covered = laid((columns.covered.starts, columns.covered.ends), origin)
    here, place = _rows(subjects, columns.spells.subject)
    spells = replace(columns.spells.take(here), subject=numbers(place))
    return Columns(
        subjects=tuple(columns.subjects[subject] for subject in subjects.tolist()),
        group=group,
        born=columns.born[origin],
        retired=columns.retired[origin],
        covered=Integral.over(*covered),
        spells=spells,
    )


def _rows(subjects: Ints, of: Numbers) -> tuple[Ints, Ints]:
    """Return the rows that are about some subjects, and the place of each among them."""
    place = np.searchsorted(subjects, of)
    here = np.flatnonzero(subjects[np.minimum(place, len(subjects) - 1)] == of)
    return here, place[here]


class Withheld:
    """The service time that maintenance takes away, for the groups of an `Apart`.

    Maintenance is laid out in service time itself: what of it lies in opening hours remains.
    """

    def __init__(self, apart: Apart, service: ServiceTime) -> None:
        """Take away from this service time of the groups of origin."""
        self._apart, self._service = apart, service
        self._base = service.owed(apart.origin, np.zeros_like(apart.origin))
        line = apart.instants.starts // LINE
        bounds = (apart.instants.starts - line * LINE, apart.instants.ends - line * LINE)
        self._taken = Integral.over(*(line * LINE + self._since(line, b) for b in bounds))

    def owed(self, group: Ints, instants: Ints) -> Ints:
        """Return the service time of maintenance up to each instant."""
        return self._taken(group * LINE + self._since(group, instants))

    def first(self, group: Ints, instants: Ints) -> Ints:
        """Return the first instant owed at or after each that is outside maintenance."""
        line, apart, origin = group * LINE, self._apart.instants, self._apart.origin[group]
        while True:
            instants = self._service.first(origin, instants)
            after = apart.outside(line + instants) - line
            if np.array_equal(after, instants):
                return instants
            instants = after

    def _since(self, group: Ints, instants: Ints) -> Ints:
        return self._service.owed(self._apart.origin[group], instants) - self._base[group]
