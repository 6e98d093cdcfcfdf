"""Every convention over the witness year, against values worked out by hand, in seconds."""

import pytest

from numlycee.conventions.compare import CONVENTIONS, Answer, Comparison, compare
from numlycee.conventions.steps import reconciled
from numlycee.domain.tallies import Rate
from tests.conventions.witness import CALENDAR, END, START, witness

YEAR = 365 * 86_400
SCHOOL_DAYS = 22 + 13 + 19 + 15 + 20 + 15 + 17 + 12 + 16 + 22 + 3  # September to July
OWED = SCHOOL_DAYS * 39_600
WEEKLY = 261 * 39_600

CUT, EDGE, SHADOW, DEGRADED, MAINTENANCE = 14_400, 30, 3_600, 7_200, 14_400
NIGHT, IN_HOLIDAYS, IN_MAINTENANCE, FLAPS = 28_800, 86_400, 10_800, 40 * 90
SILENT_DAYS, SUMMER = 2 * 86_400, 59 * 86_400
SILENCE, SILENT_OWED = SILENT_DAYS + SUMMER, 2 * 39_600
KEPT = CUT + EDGE  # the edge after the cut keeps what was seen before it
SEEN = KEPT + NIGHT + IN_HOLIDAYS + FLAPS  # seen down by itself, maintenance apart
BEATS = 241 * 60 + NIGHT + IN_HOLIDAYS + 80 * 60 + SHADOW  # 13:00:00 is a bad beat; 2 a flap

BY_HAND = {
    # the schedule drifts with the clocks, and knows no holiday: 10.5 h + 0.5 h of that cut
    "zabbix": (
        WEEKLY - MAINTENANCE - (KEPT + 39_600 + DEGRADED + FLAPS),
        WEEKLY - MAINTENANCE,
    ),
    "zabbix-older": (WEEKLY - (KEPT + 39_600 + DEGRADED + FLAPS), WEEKLY),
    "icingadb": (YEAR - SEEN - SHADOW - SILENCE, YEAR),
    "idoreports": (YEAR - KEPT - FLAPS - SHADOW - SILENT_OWED, YEAR),
    "centreon-host": (
        YEAR - MAINTENANCE - SILENCE - SHADOW - SEEN,
        YEAR - MAINTENANCE - SILENCE - SHADOW,
    ),
    "centreon-service": (
        YEAR - MAINTENANCE - SILENCE - SHADOW - SEEN,
        YEAR - MAINTENANCE - SILENCE,
    ),
    "checkmk": (YEAR - MAINTENANCE - SEEN - SHADOW - SILENCE, YEAR),
    "checkmk-period": (
        OWED - MAINTENANCE - SILENT_OWED - KEPT - FLAPS - SHADOW,
        OWED - MAINTENANCE - SILENT_OWED,
    ),
    "opennms": (YEAR - SEEN - IN_MAINTENANCE - SHADOW, YEAR),
    # the summer has not ended: it is ignored
    "librenms": (YEAR - SEEN - IN_MAINTENANCE - SHADOW - SILENT_DAYS, YEAR),
    "nav": (YEAR - SEEN - IN_MAINTENANCE - SILENCE, YEAR),
    "nav-maintenance": (YEAR - SEEN - IN_MAINTENANCE - SILENCE + MAINTENANCE, YEAR),
    "uptime-kuma": (YEAR - SILENCE - MAINTENANCE - BEATS, YEAR - SILENCE - MAINTENANCE),
    "gatus": (YEAR - SILENCE - BEATS - IN_MAINTENANCE, YEAR),
    "prometheus": (YEAR - SILENCE - BEATS - IN_MAINTENANCE, YEAR - SILENCE),
    # nine intervals of ten seconds are not ten: the forty cuts cost nothing
    "mef": (YEAR - MAINTENANCE - (SEEN - FLAPS) - SHADOW, YEAR - MAINTENANCE),
    "itu-g827": (YEAR - SEEN - IN_MAINTENANCE - SHADOW, YEAR),
}


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare([witness()])


@pytest.fixture(scope="module")
def answers(compared: Comparison) -> dict[str, Answer]:
    return {answer.convention.key: answer for answer in compared.answers}


def test_the_year_is_365_days() -> None:
    assert END - START == YEAR * 1000


def test_the_school_days_are_those_of_the_table() -> None:
    assert CALENDAR.opening(START, END).measure == OWED * 1000


def test_numlycee_s_own_tally(compared: Comparison) -> None:
    own = compared.own
    required = OWED - MAINTENANCE
    bad = CUT + FLAPS + SHADOW + SILENT_OWED + 2 * EDGE
    assert own.required == required * 1000
    assert own.up == (required - bad - DEGRADED) * 1000
    assert (own.degraded, own.down) == (DEGRADED * 1000, (CUT + FLAPS) * 1000)
    assert (own.unreachable, own.edge) == (SHADOW * 1000, 2 * EDGE * 1000)
    assert own.unobserved == (SILENT_OWED + 2 * EDGE) * 1000


def test_every_convention_has_its_value() -> None:
    assert set(BY_HAND) == {convention.key for convention in CONVENTIONS}


@pytest.mark.parametrize("key", BY_HAND)
def test_the_value_worked_out_by_hand(answers: dict[str, Answer], key: str) -> None:
    good, counted = BY_HAND[key]
    assert answers[key].rate == Rate(good * 1000, counted * 1000)


@pytest.mark.parametrize("key", BY_HAND)
def test_the_steps_lead_to_the_figure_to_the_millisecond(
    compared: Comparison, answers: dict[str, Answer], key: str
) -> None:
    rate = answers[key].rate
    assert rate is not None
    reached = reconciled(compared.own, answers[key].steps)
    assert reached == Rate(2 * rate.numerator, 2 * rate.denominator)
