import pytest

from numlycee.domain.french import (
    day,
    duration,
    iso,
    moment,
    number,
    percentage,
    plain,
    plural,
)
from numlycee.domain.tallies import Rate

PARIS = "Europe/Paris"
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
EVENING = 1_795_449_840_000  # 23 November 2026, 17:04 in Paris


@pytest.mark.parametrize(
    ("rate", "decimals", "written"),
    [
        (Rate(9995, 10_000), 2, "99,95 %"),
        (Rate(99_999_999, 100_000_000), 2, "99,99 %"),
        (Rate(9995, 10_000), 0, "99 %"),
        (Rate(1, 1), 2, "100,00 %"),
        (Rate(0, 7), 1, "0,0 %"),
        (Rate(1, 2000), 2, "0,05 %"),
        (Rate(-1, 2), 1, "-50,0 %"),
        (Rate(0, 0), 2, "non mesuré"),
    ],
)
def test_percentages_are_truncated(rate: Rate, decimals: int, written: str) -> None:
    assert percentage(rate, decimals) == written.replace(" %", "\u202f%")


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (999, "0 s"),
        (45 * SECOND, "45 s"),
        (95 * MINUTE, "1 h 35"),
        (12 * MINUTE + 59 * SECOND, "12 min"),
        (2 * HOUR + 5 * MINUTE, "2 h 05"),
        (3 * DAY + 4 * HOUR + 59 * MINUTE, "3 j 4 h"),
        (4676 * DAY, "4 676 j 0 h"),
    ],
)
def test_durations(length: int, written: str) -> None:
    assert duration(length) == written.replace(" ", "\u202f")


def test_numbers() -> None:
    assert number(1_230_000) == "1\u202f230\u202f000"


def test_instants_are_local() -> None:
    assert moment(EVENING, PARIS) == "23/11/2026 à 17\u202fh\u202f04"
    assert iso(EVENING, PARIS) == "2026-11-23T17:04:00+01:00"
    assert day(EVENING, PARIS) == "23 novembre 2026"
    assert day(1_777_593_600_000, PARIS) == "1er mai 2026"


@pytest.mark.parametrize(("count", "written"), [(0, "0 lycée"), (1, "1 lycée"), (2, "2 lycées")])
def test_a_plural_begins_at_two(count: int, written: str) -> None:
    assert plural(count, "lycée") == written


def test_accents_and_case_do_not_change_the_alphabet() -> None:
    names = ["Blagnac", "Bédarieux", "Béziers", "Agde", "albi", "Évry"]

    names.sort(key=plain)

    assert names == ["Agde", "albi", "Bédarieux", "Béziers", "Blagnac", "Évry"]
