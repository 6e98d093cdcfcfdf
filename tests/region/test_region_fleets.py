"""The simulated mobile devices: the same for a seed, on days of school, told as real ones are."""

from datetime import date, timedelta

from numlycee.domain.calendars import day_bounds
from numlycee.domain.devices import Measure
from numlycee.domain.durations import HOUR
from numlycee.region.fleets import fleet_of
from numlycee.region.history import History
from numlycee.region.lycees import make_sites
from numlycee.wire.fleet import read_fleet, spell_fleet
from numlycee.wire.records import Bulletin

MONDAY = date(2026, 11, 23)
LATER = 1_795_600_000_000


def test_a_fleet_is_drawn_once_for_each_day_and_could_be_told() -> None:
    for site in make_sites(7, 30):
        fleet = fleet_of(site, 7, MONDAY)
        assert fleet == fleet_of(site, 7, MONDAY)
        assert fleet is not None
        assert read_fleet(spell_fleet(fleet), LATER) == fleet
        assert fleet[Measure.SEEN].high <= fleet[Measure.ISSUED].high <= site.enrolment


def test_nobody_is_counted_on_a_day_off() -> None:
    site = make_sites(7, 1)[0]
    week = [fleet_of(site, 7, MONDAY + timedelta(days=i)) is not None for i in range(7)]
    assert week == [True] * 5 + [False] * 2
    for day in (date(2026, 7, 14), date(2026, 12, 25), date(2027, 1, 1)):
        assert fleet_of(site, 7, day) is None


def test_the_past_counts_each_day_of_school_once_it_is_over() -> None:
    site = make_sites(7, 1)[0]
    zone = "Europe/Paris"
    friday, now = date(2026, 11, 20), day_bounds(MONDAY, zone)[0] + 11 * HOUR
    history = History([site], 7, friday, now, zone)
    records = history.of(site, (), history.regional())
    bulletins = [record for record in records if isinstance(record, Bulletin)]
    counted = [record.fleet.day for record in bulletins if record.fleet]
    assert counted == [friday]
    assert max(record.end for record in bulletins) == now
