"""The simulated Region: repeatable, plausible, and honest about what it broke."""

from collections import Counter
from datetime import date

import pytest

from numlycee.domain.calendars import day_bounds, school_year
from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.states import State
from numlycee.domain.uai import is_uai
from numlycee.region.equipment import CORE, equip
from numlycee.region.history import History
from numlycee.region.lycees import WHOLE_REGION, make_sites
from numlycee.region.past import regional_past, site_past
from numlycee.region.script import cast, scripted_day
from numlycee.region.world import SILENCE, Fault, World
from numlycee.wire.records import Bulletin, InventoryRecord, Record, decode_record, encode

ZONE = "Europe/Paris"
SITES = make_sites(7)
END = day_bounds(date(2025, 12, 1), ZONE)[0]


def _history(seed: int = 7, end: int = END) -> list[Record]:
    history = History(SITES, seed, date(2025, 9, 1), end, ZONE)
    shared = history.regional()
    return [r for site in SITES[:6] for r in history.of(site, equip(site, seed), shared)]


def test_the_region_has_the_lycees_of_the_official_directory() -> None:
    by_department = Counter(site.department.code for site in SITES)
    assert len(SITES) == WHOLE_REGION == 225
    assert (by_department["31"], by_department["48"], len(by_department)) == (45, 6, 13)
    assert all(is_uai(site.uai) for site in SITES)
    assert len({site.uai for site in SITES}) == 225
    assert all(88 <= site.enrolment <= 2187 for site in SITES)


@pytest.mark.parametrize("count", [1, 5, 13, 60, 500])
def test_any_number_of_lycees_can_be_had(count: int) -> None:
    assert len({site.uai for site in make_sites(1, count)}) == count


def test_a_small_region_is_spread_over_every_department() -> None:
    assert len({site.department.code for site in make_sites(2, 13)}) == 13


def test_the_same_seed_gives_the_same_past_and_another_another() -> None:
    assert list(map(encode, _history())) == list(map(encode, _history()))
    assert list(map(encode, _history(8))) != list(map(encode, _history()))


def test_a_later_end_does_not_change_the_days_before() -> None:
    later = {encode(r) for r in _history(end=END + 20 * 86_400_000)}
    early = [r for r in _history() if isinstance(r, Bulletin) and r.end < END]
    assert all(encode(record) in later for record in early)


def test_every_record_of_the_past_is_one_that_the_wire_accepts() -> None:
    records = _history()
    assert [decode_record(encode(record)) for record in records] == records
    assert {type(record) for record in records} == {Bulletin, InventoryRecord}


def test_a_year_has_a_bulletin_per_site_and_day() -> None:
    days = Counter(r.key.run for r in _history() if isinstance(r, Bulletin))
    assert sum(days.values()) >= 6 * 90


def test_the_past_contains_its_truth() -> None:
    """Every broken instant is down, unreachable or unobserved, never said to be up."""
    site, year = SITES[0], school_year("2025-2026", ZONE)
    resources = equip(site, 7)
    truth = site_past(site, resources, regional_past(7, year), 7, year)
    records = [r for r in _history() if isinstance(r, Bulletin) and r.start >= year[0]]
    mine = [r for r in records if any(s.resource == "link" for s in r.spells)]
    bad = IntervalSet.of(
        (s.start, s.end)
        for r in mine
        for s in r.spells
        if s.resource == "link" and s.state is not State.DEGRADED
    )
    broken = IntervalSet.of(
        (t.start, min(t.end, END))
        for t in truth.troubles
        if (t.resource, t.state) == ("link", State.DOWN) and t.start < END
    )
    assert not (broken - truth.agent_off - bad)


def test_what_hangs_from_a_dead_switch_is_silent() -> None:
    site = SITES[0]
    world = World({site.uai: equip(site, 7)})
    world.strike((site.uai, "sw-a"), SILENCE)
    assert world.condition((site.uai, "ap-a1")) == SILENCE
    assert world.condition((site.uai, CORE)) is None
    world.mend((site.uai, "sw-a"))
    assert world.condition((site.uai, "ap-a1")) is None


def test_the_portal_fails_for_everybody() -> None:
    world = World({site.uai: equip(site, 7) for site in SITES[:3]})
    world.portal = Fault(State.DOWN, Cause.CONTENT)
    assert {world.condition((site.uai, "ent")) for site in SITES[:3]} == {world.portal}
    assert world.condition((SITES[0].uai, "link")) is None


class _Stage:
    def __init__(self) -> None:
        self.broken: set[object] = set()
        self.seen: set[object] = set()

    async def strike(self, target: object, fault: object) -> None:
        del fault
        self.broken.add(target)
        self.seen.add(target)

    async def mend(self, target: object) -> None:
        self.broken.discard(target)

    async def portal(self, fault: object) -> None:
        self.broken.symmetric_difference_update({"portal"})
        self.seen.add("portal" if fault else "portal mended")

    async def unplug(self, uai: str) -> None:
        self.broken.add(uai)
        self.seen.add(uai)

    async def plug(self, uai: str) -> None:
        self.broken.remove(uai)


@pytest.mark.parametrize("count", [1, 2, 6, 225])
async def test_the_scripted_day_mends_all_that_it_broke(count: int) -> None:
    stage, sites = _Stage(), make_sites(1, count)
    steps = scripted_day(cast(sites, sites[:5]))
    assert [step.minute for step in steps] == sorted(step.minute for step in steps)
    for step in steps:
        await step.act(stage)
    assert not stage.broken
    assert "portal" in stage.seen
