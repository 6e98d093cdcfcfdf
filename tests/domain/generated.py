"""Timelines that hypothesis makes up, on a short axis so that bounds often coincide."""

from itertools import pairwise

from hypothesis import strategies as st

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import Interval, IntervalSet
from numlycee.domain.states import STORED
from numlycee.domain.timeline import Spell, Timeline, merge_spells, restrict

AXIS = 60

spans = st.tuples(st.integers(0, AXIS), st.integers(0, AXIS))
span_lists = st.lists(spans, max_size=8)
sets = st.builds(IntervalSet.of, span_lists)


def instants(intervals: IntervalSet) -> set[int]:
    """Return the members of a set one by one."""
    return {at for start, end in intervals for at in range(start, end)}


@st.composite
def disjoint(draw: st.DrawFn) -> list[Interval]:
    cuts = sorted(draw(st.sets(st.integers(0, AXIS), max_size=12)))
    return [piece for piece in pairwise(cuts) if draw(st.booleans())]


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    coverage = draw(sets)
    spells = [
        Spell(a, b, draw(st.sampled_from(STORED)), draw(st.sampled_from([Cause.EDGE, Cause.DNS])))
        for a, b in draw(disjoint())
    ]
    return Timeline(coverage, merge_spells(restrict(spells, coverage)))
