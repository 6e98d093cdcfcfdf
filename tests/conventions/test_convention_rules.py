"""The small rules behind the conventions: eyes, schedules, grids, sliding windows, sentences."""

from datetime import datetime

import pytest

from numlycee.conventions.grid import Grid
from numlycee.conventions.model import Case, ServiceHours
from numlycee.conventions.outage_books import librenms, nav, nav_maintenance
from numlycee.conventions.samples import prometheus, uptime_kuma
from numlycee.conventions.seeing import CENTRAL, SAMPLING, Eyes, Sight, see
from numlycee.conventions.steps import Part, Step
from numlycee.conventions.telecom import mef, unavailable
from numlycee.conventions.words import reasons, why
from numlycee.conventions.zabbix import newer, older, schedule
from numlycee.domain.calendars import Calendar
from numlycee.domain.causes import Cause
from numlycee.domain.french import NARROW
from numlycee.domain.intervals import NEVER, IntervalSet
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, Tally
from numlycee.domain.timeline import Spell, Timeline
from tests.conventions.witness import PARIS

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
DAY = 24 * HOUR
MONDAY = int(datetime(2025, 9, 15, tzinfo=PARIS).timestamp()) * 1000
OPEN = Calendar("open", "Europe/Paris", (((450, 1110),),) * 5 + ((), ()))


def case(
    *spells: Spell,
    end: int = MONDAY + DAY,
    until: int | None = None,
    born: int = MONDAY,
    covered: IntervalSet | None = None,
    maintenance: IntervalSet = NEVER,
) -> Case:
    coverage = IntervalSet.of([(born, end)]) if covered is None else covered
    hours = ServiceHours.of(OPEN, MONDAY, end)
    instant = end if until is None else until
    return Case(MONDAY, end, instant, born, Timeline(coverage, spells), hours, maintenance)


def spell(start: int, end: int, state: State = State.DOWN, cause: Cause = Cause.TIMEOUT) -> Spell:
    return Spell(MONDAY + start, MONDAY + end, state, cause)


# ---------------------------------------------------------------- eyes


def test_an_edge_is_what_was_seen_before_it() -> None:
    cut = case(
        spell(10 * HOUR - 30, 10 * HOUR, State.UNOBSERVED, Cause.EDGE),
        spell(10 * HOUR, 11 * HOUR),
        spell(11 * HOUR, 11 * HOUR + 30, State.UNOBSERVED, Cause.EDGE),
    )
    down = see(cut, SAMPLING).of(Sight.DOWN)
    assert down == IntervalSet.of([(MONDAY + 10 * HOUR, MONDAY + 11 * HOUR + 30)])


@pytest.mark.parametrize(
    ("eyes", "silent", "shaded"),
    [
        (CENTRAL, Sight.DOWN, Sight.DOWN),
        (SAMPLING, Sight.NOTHING, Sight.DOWN),
        (Eyes(silence=None, shadow=None), Sight.WARNING, Sight.WARNING),
        (Eyes(silence=Sight.NOTHING, shadow=Sight.UNREACHABLE), Sight.NOTHING, Sight.UNREACHABLE),
    ],
)
def test_each_pair_of_eyes_has_its_own_silence_and_shadow(
    eyes: Eyes, silent: Sight, shaded: Sight
) -> None:
    """The last thing seen was a warning."""
    watched = case(
        spell(HOUR, 2 * HOUR, State.DEGRADED, Cause.LOSS),
        spell(2 * HOUR, 3 * HOUR, State.UNREACHABLE, Cause.PARENT),
        spell(3 * HOUR, 4 * HOUR, State.UNOBSERVED, Cause.PROBE),
    )
    seen = see(watched, eyes)
    assert MONDAY + 2 * HOUR in seen.of(shaded)
    assert MONDAY + 3 * HOUR in seen.of(silent)


def test_what_is_not_covered_is_silence() -> None:
    dark = case(covered=IntervalSet.of([(MONDAY, MONDAY + 8 * HOUR)]))
    assert see(dark, CENTRAL).of(Sight.DOWN).measure == 16 * HOUR
    assert see(dark, SAMPLING).of(Sight.NOTHING).measure == 16 * HOUR


# ---------------------------------------------------------------- Zabbix


def test_a_week_of_zabbix_has_604_800_seconds_and_so_drifts_with_the_clocks() -> None:
    autumn = case(end=MONDAY + 8 * 7 * DAY)
    winter_monday = int(datetime(2025, 10, 27, 6, 30, tzinfo=PARIS).timestamp()) * 1000
    assert winter_monday in schedule(autumn)
    assert winter_monday not in autumn.service.owed
    assert winter_monday - 1 not in schedule(autumn)


def test_zabbix_counts_from_creation_where_it_used_to_count_all() -> None:
    late = case(spell(13 * HOUR, 14 * HOUR), born=MONDAY + 12 * HOUR)
    assert newer(late).rate == Rate(int(5.5 * HOUR), int(6.5 * HOUR))
    assert older(late).rate == Rate(10 * HOUR, 11 * HOUR)


def test_older_zabbix_takes_time_to_come_for_service() -> None:
    running = case(spell(8 * HOUR, 9 * HOUR), until=MONDAY + 10 * HOUR)
    assert newer(running).rate == Rate(int(1.5 * HOUR), int(2.5 * HOUR))
    assert older(running).rate == Rate(10 * HOUR, 11 * HOUR)


# ---------------------------------------------------------------- books of outages


def test_librenms_forgets_the_outage_that_goes_on_once_an_older_one_has_ended() -> None:
    both = case(spell(HOUR, 2 * HOUR), spell(20 * HOUR, 24 * HOUR))
    assert librenms(both).rate == Rate(23 * HOUR, 24 * HOUR)
    assert "ignorée" in librenms(both).note


def test_librenms_cuts_the_window_at_insertion() -> None:
    young = case(spell(20 * HOUR, 21 * HOUR), born=MONDAY + 14 * HOUR)
    assert librenms(young).rate == Rate(9 * HOUR, 10 * HOUR)


def test_nav_takes_maintenance_off_outages_that_it_never_met() -> None:
    apart = IntervalSet.of([(MONDAY, MONDAY + HOUR)])
    cut = case(spell(10 * HOUR, 13 * HOUR), maintenance=apart)
    assert nav(cut).rate == Rate(21 * HOUR, 24 * HOUR)
    assert nav_maintenance(cut).rate == Rate(22 * HOUR, 24 * HOUR)
    spared = case(spell(0, HOUR // 2), maintenance=apart)
    assert nav_maintenance(spared).rate == Rate(24 * HOUR, 24 * HOUR)


# ---------------------------------------------------------------- grids


def test_ninety_seconds_are_two_beats_or_one() -> None:
    assert uptime_kuma(case(spell(0, 90 * SECOND))).rate.numerator == 24 * HOUR - 2 * MINUTE
    from_10s = case(spell(10 * SECOND, 100 * SECOND))
    assert uptime_kuma(from_10s).rate.numerator == 24 * HOUR - MINUTE
    between = case(spell(10 * SECOND, 50 * SECOND))
    assert uptime_kuma(between).rate.numerator == 24 * HOUR


def test_without_a_beat_there_is_no_figure() -> None:
    silent = case(covered=NEVER)
    assert uptime_kuma(silent).rate.value is None
    assert "dernier jour connu" in uptime_kuma(silent).note
    assert prometheus(silent).rate.value is None


def test_a_grid_keeps_whole_steps_only() -> None:
    grid = Grid.over(case(until=MONDAY + 150 * SECOND), MINUTE)
    assert grid.count == 2
    every = IntervalSet.of([(MONDAY - DAY, MONDAY + DAY)])
    assert grid.beats(every) == grid.touched(every)
    assert grid.beats(every).measure == 2 * MINUTE


def test_more_than_half_a_step_makes_it_bad() -> None:
    grid = Grid(0, 10, 10)
    seen = IntervalSet.of([(3, 5), (7, 9), (11, 17), (25, 51), (58, 64)])
    assert grid.mostly(seen, 50) == IntervalSet.of([(1, 2), (3, 5)])
    assert grid.mostly(IntervalSet.of([(0, 6), (15, 40)]), 50) == IntervalSet.of([(0, 1), (2, 4)])


# ---------------------------------------------------------------- sliding windows


@pytest.mark.parametrize(
    ("bad", "lost"),
    [
        ([], []),
        ([(5, 7)], []),  # two in a row are not three
        ([(5, 8)], [(5, 8)]),
        ([(5, 8), (10, 11)], [(5, 11)]),  # two good ones do not end it
        ([(5, 8), (11, 12)], [(5, 8)]),  # three do, and one bad one opens nothing
        ([(5, 8), (11, 14)], [(5, 8), (11, 14)]),
        ([(0, 20)], [(0, 20)]),
        ([(16, 19)], [(16, 20)]),  # one good one is left: undecided, it lasts
        ([(18, 20)], []),
    ],
)
def test_three_in_a_row_change_the_state(
    bad: list[tuple[int, int]], lost: list[tuple[int, int]]
) -> None:
    assert unavailable(IntervalSet.of(bad), 20, 3) == IntervalSet.of(lost)


def test_mef_forgives_less_than_a_hundred_seconds() -> None:
    assert mef(case(spell(HOUR, HOUR + 90 * SECOND))).rate == Rate(24 * HOUR, 24 * HOUR)
    cut = case(spell(HOUR, HOUR + 100 * SECOND))
    assert mef(cut).rate == Rate(24 * HOUR - 100 * SECOND, 24 * HOUR)


# ---------------------------------------------------------------- sentences

OWN = Tally(required=100 * HOUR, up=99 * HOUR, down=HOUR)


def test_the_heaviest_reason_comes_first() -> None:
    taken = [
        Step(Part.OFF_HOURS, 50 * HOUR, 0, 0),
        Step(Part.UNMEASURED, 0, 3 * HOUR, 0),
    ]
    assert why(OWN, taken, {}, 1) == (
        f"Compte en panne 3{NARROW}h{NARROW}00 sans mesure ; compte les nuits et les week-ends "
        f"comme disponibles (2{NARROW}j{NARROW}2{NARROW}h)."
    )


def test_no_more_than_three_reasons_are_given() -> None:
    taken = [Step(part, 0, HOUR, 0) for part in Part if part is not Part.DOWN]
    assert why(OWN, taken, {}, 1).count(" ; ") == 2


def test_the_same_count_says_so() -> None:
    assert why(OWN, [], {}, 1).startswith("Le même compte")
    assert why(OWN, [Step(Part.UNMEASURED, 1, 0, 0)], {}, 1).startswith("Presque")
    assert why(OWN, None, {}, 1).startswith("Pas de chiffre")


def test_a_remark_on_some_of_several_is_counted() -> None:
    assert why(OWN, [], {"Une remarque.": 3}, 225).endswith("Une remarque. (3 ressources sur 225)")


def test_what_a_rule_does_with_a_part_has_its_sentence() -> None:
    """What can differ from numlycee's count is never left without words."""
    own = {Part.AVAILABLE: "good", Part.DEGRADED: "good", Part.DOWN: "bad", Part.CREDIT: "bad"}
    for part in Part:
        for what in ("good", "bad", "left"):
            step = Step(part, *(HOUR if name == what else 0 for name in ("good", "bad", "left")))
            quiet = own.get(part) == what or (what == "left" and step.shift == (0, 0))
            assert quiet or part is Part.CREDIT or reasons(step), (part, what)


def test_a_part_counted_both_ways_is_one_reason() -> None:
    said = reasons(Step(Part.MAINTENANCE, HOUR, 3 * HOUR, 0))
    assert said == [
        f"compte la maintenance (4{NARROW}h{NARROW}00, dont 3{NARROW}h{NARROW}00 en panne)"
    ]
