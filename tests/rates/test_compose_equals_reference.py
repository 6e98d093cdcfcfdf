"""The vectorised composites equal the readable reference, to the millisecond."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.domain.composites import (
    ALL,
    NUMERIQUE_PEDAGOGIQUE,
    Composite,
    Member,
    Part,
    Selector,
    compose,
)
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate
from numlycee.domain.timeline import Spell, Timeline, merge_spells, restrict
from numlycee.rates.columns import Columns, Row, Subject, rows_of, spell_columns
from numlycee.rates.compose import BATCH, with_composites
from numlycee.rates.integral import FOREVER, Integral, ints
from numlycee.rates.reading import read
from numlycee.rates.vote import with_verdicts
from tests.domain.generated import AXIS, timelines
from tests.proof import examples
from tests.rates.histories import ACCESS_POINT, ENT, LINK, SWITCH
from tests.rates.worlds import world

SEVERAL = (
    NUMERIQUE_PEDAGOGIQUE,
    Composite("wifi", "Wi-Fi", (Part("Bornes", Selector(resource_class=ResourceClass.WIFI), 2),)),
    Composite("half", "Moitié", (Part("Tout", Selector(), Rate(1, 2)), Part("L", Selector(), ALL))),
    Composite("none", "Rien", (Part("Onduleur", Selector(kind=Kind.UPS)),)),
)


def lives_of(columns: Columns, composite: Composite, uai: str) -> list[list[Member]]:
    """The members of each part of a composite in one lycée, with their lives."""
    mine = [n for n, subject in enumerate(columns.subjects) if subject.uai == uai]
    number = {columns.subjects[n].resource: n for n in mine}

    def member(index: int) -> Member:
        group = columns.group[index]
        return Member(
            columns.timeline(index), int(columns.born[group]), int(columns.retired[group])
        )

    return [[member(number[one]) for one in part] for part in composite.members(list(number))]


def slowly(composite: Composite, parts: list[list[Member]]) -> Timeline:
    """The composite of one lycée by the readable rule."""
    needs = [part.need for part in composite.parts]
    return compose(list(zip(needs, parts, strict=True)))


def same(columns: Columns, composites: Sequence[Composite] = SEVERAL) -> Columns:
    """Compose at once and slowly, compare, and return the columns composed at once."""
    composed = with_composites(columns, composites)
    assert composed.subjects[: len(columns.subjects)] == columns.subjects
    index = {(s.uai, s.resource.id): n for n, s in enumerate(composed.subjects)}
    uais = dict.fromkeys(s.uai for s in columns.subjects if s.uai)
    for composite, uai in product(composites, uais):
        parts = lives_of(columns, composite, uai)
        members = [member for part in parts for member in part]
        assert ((uai, composite.id) in index) is bool(members)
        if members:
            n = index[uai, composite.id]
            group = composed.group[n]
            assert composed.timeline(n) == slowly(composite, parts)
            assert composed.born[group] == min(member.born for member in members)
            assert composed.retired[group] == max(member.retired or 0 for member in members)
    return composed


@given(st.integers(0, 1 << 32))
@settings(max_examples=examples(40))
def test_composites_of_generated_regions(seed: int) -> None:
    history, sites = world(Random(seed))
    columns = with_verdicts(read(history, sites))
    composed = same(columns)
    for n, subject in enumerate(columns.subjects):
        assert composed.timeline(n) == columns.timeline(n)
        assert subject.resource.kind is not Kind.COMPOSITE


lives = st.tuples(st.integers(0, AXIS // 2), st.one_of(st.just(AXIS), st.integers(0, AXIS // 2)))
RESOURCES = (LINK, ENT, SWITCH, ACCESS_POINT, *(
    Resource(f"ap{n}", Kind.ACCESS_POINT, f"Borne {n}", parent="sw") for n in range(3)
))  # fmt: skip


@st.composite
def regions(draw: st.DrawFn) -> Columns:
    """Draw lycées whose resources come and go; what they share of their lives varies."""
    subjects: list[Subject] = []
    groups: list[tuple[IntervalSet, int, int]] = []
    of: list[int] = []
    spells: list[Row] = []
    for uai in ("A", "B"):
        group: dict[tuple[object, ...], int] = {}
        for resource in RESOURCES[: draw(st.integers(1, len(RESOURCES)))]:
            born, lived = draw(lives)
            alive, retired = IntervalSet.of([(born, born + lived)]), born + lived
            timeline = draw(timelines())
            coverage = timeline.coverage & alive
            key = (coverage, born, retired)
            if key not in group:
                group[key] = len(groups)
                groups.append((coverage, born, FOREVER if lived == AXIS else retired))
            kept = merge_spells(restrict(timeline.spells, coverage))
            spells += rows_of(len(subjects), kept)
            subjects.append(Subject(uai, resource))
            of.append(group[key])
    return Columns(
        subjects=tuple(subjects),
        group=ints(of),
        born=ints([born for _, born, _ in groups]),
        retired=ints([retired for _, _, retired in groups]),
        covered=Integral.of([coverage for coverage, _, _ in groups]),
        spells=spell_columns(spells),
    )


@given(regions())
@settings(max_examples=examples(150))
def test_composites_of_resources_that_come_and_go(columns: Columns) -> None:
    same(columns)


def test_more_lycees_than_are_composed_at_once() -> None:
    count = 2 * BATCH + 3
    down = [(n, 10 + n, 20 + n) for n in range(count)]
    columns = Columns(
        subjects=tuple(Subject(f"L{n}", LINK) for n in range(count)),
        group=np.arange(count),
        born=np.zeros(count, dtype=np.int64),
        retired=np.full(count, FOREVER),
        covered=Integral.of([IntervalSet(((0, 500),))] * count),
        spells=spell_columns(
            [
                row
                for n, start, end in down
                for row in rows_of(n, [Spell(start, end, State.DOWN, Cause.TIMEOUT)])
            ]
        ),
    )
    composed = same(columns)
    assert len(composed.subjects) == 3 * count  # its link is part of two composites
    assert composed.timeline(count).spells == (Spell(10, 20, State.DOWN, Cause.PART),)


@pytest.mark.parametrize("composites", [(), SEVERAL])
def test_an_empty_history_has_no_composites(composites: Sequence[Composite]) -> None:
    none = ints([])
    empty = Columns((), none, none, none, Integral.of([]), spell_columns([]))
    assert with_composites(empty, composites).subjects == ()


def test_a_resource_keeps_its_name_before_a_composite() -> None:
    taken = replace(SWITCH, id=NUMERIQUE_PEDAGOGIQUE.id)
    columns = Columns(
        subjects=(Subject("A", LINK), Subject("A", taken)),
        group=ints([0, 0]),
        born=ints([0]),
        retired=ints([FOREVER]),
        covered=Integral.of([IntervalSet(((0, 500),))]),
        spells=spell_columns([]),
    )
    assert with_composites(columns, [NUMERIQUE_PEDAGOGIQUE]).subjects == columns.subjects
