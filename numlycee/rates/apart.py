"""Announced maintenance: what it takes out of the time that the contract requires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.register import WHOLE_SITE, Key, Register
from numlycee.domain.tallies import excluded
from numlycee.rates.columns import Columns, Numbers, SpellColumns, Subject, numbers
from numlycee.rates.integral import LINE, Integral, Ints, ints
from numlycee.rates.service import ServiceTime
from numlycee.rates.spans import laid


def withheld(register: Register, subjects: Sequence[Subject]) -> dict[int, IntervalSet]:
    """Return the instants that maintenance takes from each subject that has any announced."""
    stated = register.maintenance.keys()
    if not stated:
        return {}
    found: dict[int, IntervalSet] = {}
    taken: dict[Key, IntervalSet] = {}
    for index, subject in enumerate(subjects):
        own, shared = subject.key, ("", subject.resource.id)
        key = own if own in stated or shared in stated else (subject.uai, WHOLE_SITE)
        if key == own or key in stated:
            if key not in taken:
                taken[key] = excluded(register.announced(key))
            found[index] = taken[key]
    return {index: instants for index, instants in found.items() if instants}


@dataclass(frozen=True, slots=True)
class Apart:
    """The subjects with maintenance, as columns whose groups share it too.

    `origin` is the group that each was part of; `instants` has a line of maintenance for each.
    Of their spells only those are there during which there was some.
    """

    subjects: Ints
    columns: Columns
    origin: Ints
    instants: Integral

    @classmethod
    def of(cls, columns: Columns, found: Mapping[int, IntervalSet]) -> Self:
        """Set the subjects found apart; a group is split by the sets of instants of its members."""
        subjects = ints(sorted(found))
        sets = {instants: n for n, instants in enumerate(dict.fromkeys(found.values()))}
        number = ints([sets[found[subject]] for subject in subjects.tolist()])
        pairs, group = np.unique(columns.group[subjects] * len(sets) + number, return_inverse=True)
        lines = list(sets)
        instants = Integral.of([lines[pair % len(sets)] for pair in pairs.tolist()])
        origin = pairs // len(sets)
        apart = cls(subjects, _part(columns, subjects, group, origin), origin, instants)
        return replace(apart, columns=replace(apart.columns, spells=apart._spells(columns.spells)))

    def during(self, subject: Numbers, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Return the rows about these subjects during which there was maintenance, and whose."""
        place = np.minimum(np.searchsorted(self.subjects, subject), len(self.subjects) - 1)
        here = np.flatnonzero(self.subjects[place] == subject)
        line = self.columns.group[place[here]] * LINE
        held = self.instants(line + end[here]) > self.instants(line + start[here])
        return here[held], place[here[held]]

    def _spells(self, spells: SpellColumns) -> SpellColumns:
        here, place = self.during(spells.subject, spells.start, spells.end)
        return replace(spells.take(here), subject=numbers(place))


def _part(columns: Columns, subjects: Ints, group: Ints, origin: Ints) -> Columns:
    """Return columns of some subjects in groups of their own, without spells."""
    return Columns(
        subjects=tuple(columns.subjects[subject] for subject in subjects.tolist()),
        group=group,
        born=columns.born[origin],
        retired=columns.retired[origin],
        covered=Integral.over(*laid((columns.covered.starts, columns.covered.ends), origin)),
        spells=columns.spells.take(slice(0)),
    )


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
