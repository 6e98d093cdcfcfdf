from itertools import pairwise

from hypothesis import given

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.outages import Outage, outages
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, Timeline
from tests.domain.generated import AXIS, timelines

WHOLE = IntervalSet.of([(0, 100)])
DOWN, DEGRADED = State.DOWN, State.DEGRADED
UNOBSERVED, UNREACHABLE = State.UNOBSERVED, State.UNREACHABLE


def found(*spells: Spell, coverage: IntervalSet = WHOLE, until: int = 100) -> list[Outage]:
    return list(outages(Timeline(coverage, spells), 0, until))


def test_edges_are_its_uncertainty() -> None:
    (one,) = found(
        Spell(8, 10, UNOBSERVED, Cause.EDGE),
        Spell(10, 20, DOWN, Cause.TIMEOUT),
        Spell(20, 23, UNOBSERVED, Cause.EDGE),
    )
    assert one == Outage(10, 20, 8, 23, 10, Cause.TIMEOUT, ongoing=False)
    assert (one.duration, one.uncertainty) == (10, 5)


def test_a_blind_stretch_does_not_end_it() -> None:
    (one,) = found(
        Spell(10, 20, DOWN, Cause.TIMEOUT),
        Spell(20, 30, UNREACHABLE, Cause.PARENT),
        Spell(30, 45, DOWN, Cause.DNS),
    )
    assert (one.start, one.end, one.down, one.cause) == (10, 45, 25, Cause.DNS)


def test_an_agent_away_does_not_end_it_either() -> None:
    (one,) = found(
        Spell(10, 20, DOWN, Cause.TIMEOUT),
        Spell(30, 40, DOWN, Cause.TIMEOUT),
        coverage=IntervalSet.of([(0, 20), (30, 100)]),
    )
    assert (one.start, one.end, one.down) == (10, 40, 20)


def test_service_in_between_makes_two_of_it() -> None:
    pieces = Spell(10, 20, DOWN), Spell(20, 21, DEGRADED), Spell(21, 30, DOWN)
    assert [(o.start, o.end) for o in found(*pieces)] == [(10, 20), (21, 30)]
    assert len(found(Spell(10, 20, DOWN), Spell(21, 30, DOWN))) == 2


def test_the_longest_spell_gives_the_cause_the_first_among_equals() -> None:
    (one,) = found(Spell(10, 20, DOWN, Cause.DNS), Spell(20, 30, DOWN, Cause.TLS))
    assert one.cause is Cause.DNS
    (nameless,) = found(Spell(10, 20, DOWN))
    assert nameless.cause is Cause.OTHER


def test_nothing_seen_after_it_means_ongoing() -> None:
    (one,) = found(Spell(90, 95, DOWN), coverage=IntervalSet.of([(0, 95)]))
    assert (one.ongoing, one.end, one.latest) == (True, 95, 100)


def test_blindness_alone_is_no_outage() -> None:
    assert not found(Spell(10, 20, UNREACHABLE), Spell(40, 50, UNOBSERVED))


@given(timelines())
def test_every_lost_instant_belongs_to_exactly_one(seen: Timeline) -> None:
    all_of_them = list(outages(seen, 0, AXIS))
    down = sum(s.end - s.start for s in seen.spells if s.state is DOWN)
    assert sum(one.down for one in all_of_them) == down
    for one, following in pairwise(all_of_them):
        assert one.latest <= following.earliest
    for one in all_of_them:
        assert one.earliest <= one.start < one.end <= one.latest
