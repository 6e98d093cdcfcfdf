"""The night's digest says what the day was worth, and never more than was measured."""

from numlycee.domain.kinds import ResourceClass
from numlycee.domain.tallies import Tally
from numlycee.rates.digest import digest
from numlycee.rates.model import REGION, Figures, Hours, Level, RatesSnapshot, Scope

HOUR = 3_600_000


def _snapshot(tally: Tally) -> RatesSnapshot:
    figures = Figures(2, tally, tally, outages=3)
    table = {
        (REGION, ResourceClass.LINK): figures,
        (Scope(Level.SITE, "0310036W"), ResourceClass.LINK): figures,
    }
    return RatesSnapshot(0, {}, {("24h", Hours.ALWAYS): table}, {})


def test_one_line_for_each_class_of_the_region() -> None:
    tally = Tally(required=48 * HOUR, up=47 * HOUR, down=HOUR)
    (line,) = digest(_snapshot(tally))
    assert line == (
        "Liens THD : 97,91\u202f% (97,91\u202f% à 97,91\u202f%), couverture 100,00\u202f%, "
        "3 coupures, 1\u202fh\u202f00 de panne cumulée"
    )


def test_a_day_without_measurement_says_so() -> None:
    tally = Tally(required=48 * HOUR, unobserved=48 * HOUR)
    (line,) = digest(_snapshot(tally))
    assert "Liens THD : non mesuré (0,00\u202f% à 100,00\u202f%)" in line


def test_nothing_is_said_before_the_first_figures() -> None:
    assert not list(digest(RatesSnapshot(0, {}, {}, {})))
