import re
from dataclasses import replace
from itertools import pairwise

import pytest

from numlycee.adapters.web import words
from numlycee.adapters.web.figures import day_bars, row
from numlycee.adapters.web.geography import outlines, place
from numlycee.adapters.web.rendering import restore
from numlycee.adapters.web.summary import summarise
from numlycee.adapters.web.tiles import cards
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.french import hours
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Verdict
from numlycee.domain.sites import Department, Site
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, Tally
from numlycee.rates.model import NOTHING, REGION, WINDOW_NAMES, DayBar, Hours, judged_on
from tests.adapters.web.pictures import HOUR, MINUTE, OBJECTIVES, PLACES, early, healthy

TARGET = Rate(995, 1000)


def bar(**durations: int) -> str:
    return day_bars([DayBar("2026-11-23", Tally(**durations))], TARGET).bars[0].kind


def test_a_day_without_service_due_is_no_day_of_full_service() -> None:
    assert bar() == "none"


def test_a_day_is_judged_by_its_objective() -> None:
    assert bar(required=10 * HOUR, up=10 * HOUR) == "good"
    assert bar(required=10 * HOUR, up=10 * HOUR - 3 * MINUTE, down=3 * MINUTE) == "good"
    assert bar(required=10 * HOUR, up=10 * HOUR - 6 * MINUTE, down=6 * MINUTE) == "poor"
    assert bar(required=10 * HOUR, up=9 * HOUR, down=HOUR) == "bad"


def test_a_day_mostly_unseen_is_unknown() -> None:
    assert bar(required=10 * HOUR, unobserved=10 * HOUR) == "unknown"
    assert bar(required=10 * HOUR, up=4 * HOUR, unobserved=6 * HOUR) == "unknown"


def test_bars_say_in_words_what_they_draw() -> None:
    days = [DayBar("2026-11-22", Tally()), DayBar("2026-11-23", Tally(required=HOUR, up=HOUR))]
    bars = day_bars(days, TARGET)
    assert bars.sentence == "2 jours : 1 conforme, 1 sans service dû"
    assert [b.title for b in bars.bars] == ["22/11 : aucun service dû", "23/11 : 100,00\u202f%"]
    assert day_bars([], TARGET).sentence == "Aucun jour mesuré"


def test_an_objective_around_the_clock_is_judged_around_the_clock() -> None:
    objective = OBJECTIVES[ResourceClass.LINK]
    assert judged_on(objective) is Hours.SERVICE
    assert judged_on(None) is Hours.SERVICE
    assert judged_on(replace(objective, calendar="always")) is Hours.ALWAYS


def test_without_figures_the_verdict_is_not_measured() -> None:
    line = row(early(), REGION, ResourceClass.LINK, "30d")
    assert line.verdict is Verdict.NOT_MEASURED
    assert row(early(), REGION, ResourceClass.WIFI, "30d").verdict is None


def test_tiles_say_what_works_and_what_is_left_of_the_budget() -> None:
    summary = summarise(healthy())
    lan, link, _, wifi = cards(summary, summary.region)
    assert (lan.available, lan.total, lan.troubles) == (225, 225, ())
    assert link.budget.startswith("reste ")
    assert 0 < link.left <= 100
    assert lan.budget == "dépassé"
    assert lan.left == 0
    assert wifi.budget == "–"


def test_tiles_without_rates_say_so() -> None:
    summary = summarise(early())
    card = cards(summary, summary.region)[1]
    assert card.budget == "non mesuré"
    assert (State.DOWN, 2) in card.troubles


def test_lost_hours_are_hours() -> None:
    assert hours(1_234 * HOUR) == "1\u202f234\u202fh"
    assert hours(12 * MINUTE) == "12\u202fmin"
    assert restore(NOTHING) == "aucune coupure"


def test_the_map_has_the_thirteen_departements() -> None:
    assert sorted(outlines().paths) == [code for code, *_ in PLACES]


def shapes(path: str) -> list[list[tuple[float, float]]]:
    found = []
    for part in path.split("z")[:-1]:
        start, _, steps = part[1:].partition("l")
        figures = [float(f) for f in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", steps)]
        points = [tuple(map(float, start.split(",")))]
        for dx, dy in zip(figures[::2], figures[1::2], strict=True):
            points.append((points[-1][0] + dx, points[-1][1] + dy))
        found.append([(x, y) for x, y in points])
    return found


def inside(x: float, y: float, shape: list[tuple[float, float]]) -> bool:
    crossings = 0
    for (ax, ay), (bx, by) in pairwise([*shape, shape[0]]):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("09", 42.966, 1.607),
        ("11", 43.213, 2.352),
        ("12", 44.350, 2.575),
        ("30", 43.838, 4.361),
        ("31", 43.604, 1.444),
        ("32", 43.646, 0.586),
        ("34", 43.611, 3.877),
        ("46", 44.448, 1.441),
        ("48", 44.518, 3.501),
        ("65", 43.233, 0.078),
        ("66", 42.698, 2.895),
        ("81", 43.929, 2.148),
        ("82", 44.018, 1.355),
    ],
)
def test_every_prefecture_stands_in_its_departement(
    code: str, latitude: float, longitude: float
) -> None:
    site = Site("0310001A", "", "", Department(code, "", ""), latitude, longitude, 1)
    found = [
        other
        for other, path in outlines().paths.items()
        if any(inside(*place(site), shape) for shape in shapes(path))
    ]
    assert found == [code]


def test_every_closed_vocabulary_has_its_words() -> None:
    assert set(words.STATES) == set(words.COUNTED) == set(words.HAPPENING) == set(State)
    assert set(words.CAUSES) == set(Cause)
    assert set(words.OWNERS) == set(Owner)
    assert set(words.KINDS) == set(Kind)
    assert set(words.CLASSES) == set(ResourceClass)
    assert set(words.VERDICTS) == set(Verdict)
    assert set(words.HOURS) == set(Hours)
    assert set(words.WINDOWS) == set(WINDOW_NAMES)
