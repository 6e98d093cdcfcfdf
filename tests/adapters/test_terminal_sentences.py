"""Instants and lengths in words: to the millisecond where there is one, never ambiguous."""

from datetime import date

from numlycee.adapters.terminal.sentences import MARKS, RULES, Local, seconds, wrapped
from numlycee.domain.calendars import day_bounds
from numlycee.rates.explanation.model import Rule

PARIS = "Europe/Paris"
AUTUMN = day_bounds(date(2026, 10, 25), PARIS)
HOUR = 3_600_000


def test_every_millisecond_is_said() -> None:
    assert seconds(39_600_000) == "39\u202f600\u202fs"
    assert seconds(250) == "0,250\u202fs"
    assert Local(PARIS).time(1_773_300_000_250) == "08:20:00,250"
    assert Local(PARIS).moment(1_773_300_000_000) == "12/03/2026 à 08:20:00"


def test_an_hour_that_comes_twice_says_which() -> None:
    local = Local.over(PARIS, *AUTUMN)
    assert local.time(AUTUMN[0] + 2 * HOUR) == "02:00:00 +02"
    assert local.time(AUTUMN[0] + 3 * HOUR) == "02:00:00 +01"


def test_numbers_are_not_broken_in_two() -> None:
    sentence = "- la somme est de 1\u202f234\u202f567 exactement"
    assert wrapped(sentence, 22) == "- la somme est de\n  1\u202f234\u202f567 exactement"


def test_every_rule_is_told_under_a_mark_of_its_own() -> None:
    assert set(RULES) == set(Rule)
    assert len(set(MARKS.values())) == len(Rule)
