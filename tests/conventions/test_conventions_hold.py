"""What must hold of every convention, whatever happened."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.conventions.compare import CONVENTIONS, compare
from numlycee.conventions.model import Case, Convention, Evidence, ServiceHours
from numlycee.conventions.steps import merged, parts, reconciled, steps
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, tally
from numlycee.domain.timeline import Spell, Timeline
from tests.conventions.witness import BORN, CALENDAR, END, HOURS, PARIS, START, plain
from tests.proof import examples

each_convention = pytest.mark.parametrize(
    "convention", CONVENTIONS, ids=[convention.key for convention in CONVENTIONS]
)
HOUR = 3_600_000
MONDAY = int(datetime(2025, 9, 15, tzinfo=PARIS).timestamp()) * 1000
DAY = (MONDAY, MONDAY + 24 * HOUR)


@each_convention
def test_a_perfect_year_is_100_percent(convention: Convention) -> None:
    rate = convention.rule(plain(Timeline(IntervalSet.of([(BORN, END)])))).rate
    assert rate.numerator == rate.denominator > 0


FLATTERING = {
    "idoreports": Rate(13, 24)  # outside the SLA period all is well: 11 h of school, 13 h free
}


@each_convention
def test_a_day_wholly_down_is_worth_nothing_except_where_the_rule_says_so(
    convention: Convention,
) -> None:
    """It was up before, and comes back after: the outage stands in every book."""
    spell = Spell(*DAY, State.DOWN, Cause.TIMEOUT)
    timeline = Timeline(IntervalSet.of([(BORN, END)]), (spell,))
    rate = convention.rule(plain(timeline, *DAY)).rate
    expected = FLATTERING.get(convention.key, Rate(0, 1))
    assert rate.numerator * expected.denominator == expected.numerator * rate.denominator
    assert rate.denominator > 0


def test_librenms_says_that_the_status_of_the_moment_was_the_whole_answer() -> None:
    perfect = compare([plain(Timeline(IntervalSet.of([(BORN, END)])))])
    librenms = next(a for a in perfect.answers if a.convention.key == "librenms")
    assert "l’état du moment" in librenms.explanation


def test_librenms_shows_nothing_at_all_for_the_first_ten_minutes_down() -> None:
    down = Spell(END - 600_000, END, State.DOWN, Cause.TIMEOUT)
    compared = compare([plain(Timeline(IntervalSet.of([(BORN, END)]), (down,)))])
    librenms = next(a for a in compared.answers if a.convention.key == "librenms")
    assert librenms.rate == Rate(0, END - START)


@each_convention
def test_nothing_was_ever_seen_and_no_rule_divides_by_zero(convention: Convention) -> None:
    account = convention.rule(plain(Timeline()))
    assert 0 <= account.rate.numerator <= account.rate.denominator


@each_convention
def test_every_rule_names_its_source_and_what_it_is_worth(convention: Convention) -> None:
    assert convention.source.address.startswith("https://")
    assert convention.source.version
    assert convention.counts
    assert convention.sees
    recalled = convention.source.evidence is Evidence.RECALLED
    assert recalled == ("non vérifié" in convention.title)


def test_keys_and_names_are_unique() -> None:
    assert len({c.key for c in CONVENTIONS}) == len({c.name for c in CONVENTIONS})
    assert len({c.key for c in CONVENTIONS}) == len(CONVENTIONS)


# ---------------------------------------------------------------- any history

WEEK = 7 * 24 * HOUR
_BLIND = [(State.UNOBSERVED, Cause.EDGE), (State.UNOBSERVED, Cause.PROBE)]
_STATES = st.sampled_from(
    [
        (State.UP, None),
        (State.DEGRADED, Cause.LOSS),
        (State.DOWN, Cause.TIMEOUT),
        (State.UNREACHABLE, Cause.PARENT),
        *_BLIND,
    ]
)
_LENGTHS = st.integers(min_value=1, max_value=36 * HOUR)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Three weeks of any history, across the autumn change of clocks."""
    start = int(datetime(2025, 10, 13, tzinfo=PARIS).timestamp()) * 1000
    end = start + 3 * WEEK + draw(st.integers(0, 10_000))
    until = draw(st.integers(start + 1, end))
    born = draw(st.integers(start - WEEK, until - 1))
    spells, covered, now = [], [], born
    for (state, cause), length, seen in draw(
        st.lists(st.tuples(_STATES, _LENGTHS, st.booleans()), max_size=30)
    ):
        if seen:
            covered.append((now, now + length))
            if state is not State.UP:
                spells.append(Spell(now, now + length, state, cause))
        now += length
    spans = st.tuples(st.integers(start - WEEK, end), _LENGTHS)
    maintenance = IntervalSet.of((a, a + n) for a, n in draw(st.lists(spans, max_size=4)))
    timeline = Timeline(IntervalSet.of(covered), tuple(spells))
    hours = ServiceHours.of(CALENDAR, start, end)
    return Case(start, end, until, born, timeline, hours, maintenance)


@settings(max_examples=examples(60))
@given(case=cases())
def test_the_parts_are_the_whole_period_and_never_meet(case: Case) -> None:
    divided = parts(case)
    assert sum(span.measure for _, span in divided) == case.end - case.start
    assert IntervalSet.of(s for _, span in divided for s in span) == IntervalSet.of(
        [(case.start, case.end)]
    )


@settings(max_examples=examples(60))
@given(case=cases())
def test_every_account_lies_in_the_period_and_is_a_rate(case: Case) -> None:
    for convention in CONVENTIONS:
        account = convention.rule(case)
        assert not account.good - account.counted, convention.key
        assert account.counted == account.counted.clip(case.start, case.end), convention.key
        assert 0 <= account.rate.numerator <= account.rate.denominator, convention.key


@settings(max_examples=examples(60))
@given(case=cases())
def test_every_difference_is_explained_to_the_millisecond(case: Case) -> None:
    own = tally(case.timeline, (case.service.owed & case.life) - case.maintenance)
    divided = parts(case)
    for convention in CONVENTIONS:
        account = convention.rule(case)
        assert reconciled(own, steps(account, divided)) == Rate(
            2 * account.rate.numerator, 2 * account.rate.denominator
        )


@settings(max_examples=examples(30))
@given(many=st.lists(cases(), min_size=1, max_size=3))
def test_a_comparison_of_several_adds_steps_and_takes_the_mean(many: list[Case]) -> None:
    compared = compare(many)
    apart = [compare([case]) for case in many]
    for answer in compared.answers:
        alone = [next(a for a in c.answers if a.convention is answer.convention) for c in apart]
        rates = [a.rate.value for a in alone if a.rate and a.rate.value is not None]
        assert answer.measured == len(rates)
        if answer.rate is not None and answer.rate.value is not None:
            assert answer.rate.value == pytest.approx(sum(rates) / len(rates), abs=1e-12)
        expected = merged(step for a in alone for step in a.steps)
        assert sorted(answer.steps, key=str) == sorted(expected, key=str)


def test_the_hours_are_read_without_holidays_too() -> None:
    assert not HOURS.owed - HOURS.weekly
    assert (HOURS.weekly - HOURS.owed).measure == (261 - 174) * 11 * HOUR
