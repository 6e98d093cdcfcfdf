"""How what a person asks becomes a window."""

from datetime import UTC, date, datetime

import pytest

from numlycee.app.periods import Asked, day_of, instant, window_of
from numlycee.rates.model import Window
from numlycee.rates.windows import SETTLING
from numlycee.settings import SettingsError
from tests.rates.thursday import SEPTEMBER, at

ZONE = "Europe/Paris"
NOW = at("12:00")
AS_OF = NOW - SETTLING
DAY = 86_400_000


def window(**asked: object) -> Window:
    return window_of(Asked(**asked), ZONE, NOW)  # type: ignore[arg-type]


def test_nothing_asked_is_the_current_school_year_as_of_three_minutes_ago() -> None:
    assert window() == window(rolling="year") == window(year="2025-2026")
    assert (window().name, window().start, window().as_of) == ("2025-2026", SEPTEMBER, AS_OF)


def test_rolling_windows_end_as_of_the_reading() -> None:
    assert window(rolling="7d") == Window("7d", AS_OF - 7 * DAY, AS_OF, AS_OF)


def test_a_month_and_days_are_local_and_whole() -> None:
    march = window(month=date(2026, 3, 1))
    assert (march.name, march.start) == ("2026-03", at("00:00", 1))
    assert march.end == at("00:00", 1) + 31 * DAY - 3_600_000  # the clocks change on 29 March
    days = window(first=date(2026, 3, 2), last=date(2026, 3, 6))
    assert (days.start, days.end) == (at("00:00", 2), at("00:00", 7))
    assert window(first=date(2026, 3, 2)).end == at("00:00", 13)
    assert window(day=date(2026, 3, 11)) == Window(
        "2026-03-11", at("00:00", 11), at("00:00"), AS_OF
    )


def test_instants_are_local_unless_they_say_otherwise() -> None:
    assert instant(date(2026, 3, 12), ZONE) == at("00:00")
    assert instant(datetime(2026, 3, 12, 10, 30), ZONE) == at("10:30")  # noqa: DTZ001 (local)
    assert instant(datetime(2026, 3, 12, 10, 30, tzinfo=UTC), ZONE) == at("11:30")
    assert day_of(datetime(2026, 3, 11, 23, 30, tzinfo=UTC), ZONE) == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ({"year": "2025-2027"}, "--year"),
        ({"last": date(2026, 3, 2)}, "--to"),
        ({"first": date(2026, 3, 2), "last": date(2026, 3, 1)}, "--to"),
        ({"first": date(2026, 4, 1)}, "--from"),
        ({"as_of": date(2026, 3, 13)}, "--as-of"),
        ({"month": date(2026, 4, 1)}, "2026-04"),
    ],
)
def test_what_is_no_period(asked: dict[str, object], place: str) -> None:
    with pytest.raises(SettingsError, match=f"^{place}"):
        window(**asked)
