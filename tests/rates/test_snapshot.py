"""What pages and metrics are drawn from: a small Region whose figures are known by heart."""

from dataclasses import replace

import pytest

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.states import State
from numlycee.domain.tallies import Tally
from numlycee.domain.timeline import Timeline
from numlycee.rates.figures import Rates
from numlycee.rates.model import REGION, WINDOW_NAMES, Figures, Hours, Level, Scope, Window
from numlycee.rates.ports import SpellRow
from tests.rates.histories import (
    CALENDARS,
    DAY,
    ENT,
    HERAULT,
    HOUR,
    LINK,
    MONDAY,
    SWITCH,
    ListHistory,
    site,
)

A, B, C, D = "0310001A", "0310002B", "0310003C", "0340001A"
SITES = {
    A: site(A, pupils=100),
    B: site(B, pupils=200),
    C: site(C, pupils=300),
    D: site(D, HERAULT, pupils=400),
}
TUESDAY_NOON = MONDAY + DAY + 12 * HOUR
LAN, SERVICE = ResourceClass.LAN, ResourceClass.SERVICE
LINKS = ResourceClass.LINK
PRINTER = Resource("impr", Kind.PRINTER, "Imprimante")


def down(uai: str, resource: str, start: int, end: int) -> SpellRow:
    return SpellRow(
        uai,
        resource,
        Vantage.SITE,
        "r1",
        0,
        State.DOWN,
        Cause.TIMEOUT,
        MONDAY + start,
        MONDAY + end,
    )


@pytest.fixture
def history() -> ListHistory:
    """Four lycées from Monday 0 h to Tuesday noon; service is owed from 7 h 30 to 18 h 30."""
    past = ListHistory()
    for uai in SITES:
        past.watched(uai, (LINK, ENT, SWITCH), MONDAY, TUESDAY_NOON)
    past.spelt = [
        down(A, "link", 6 * HOUR, 9 * HOUR),  # an hour and a half of it in service
        down(B, "link", 20 * HOUR, 22 * HOUR),  # none
        down(A, "ent", 10 * HOUR, 11 * HOUR),
        down(B, "ent", 10 * HOUR, 12 * HOUR),
        down(D, "sw", 14 * HOUR, 36 * HOUR),  # goes on at noon on Tuesday
    ]
    return past


@pytest.fixture
def rates(history: ListHistory) -> Rates:
    return Rates(history, SITES, CALENDARS)


@pytest.fixture
def window() -> Window:
    return Window("two days", MONDAY, MONDAY + 2 * DAY, TUESDAY_NOON)


REQUIRED = 11 * HOUR + 4 * HOUR + HOUR // 2


def test_ratio_of_sums_by_scope(rates: Rates, window: Window) -> None:
    table = rates.table(window, Hours.SERVICE)
    lost = HOUR + HOUR // 2
    assert table[REGION, LINKS] == Figures(
        resources=4,
        contract=Tally(required=4 * REQUIRED, up=4 * REQUIRED - lost, down=lost),
        felt=Tally(required=4 * REQUIRED, up=4 * REQUIRED - lost, down=lost),
        outages=1,
        outage_ms=3 * HOUR,
        longest_outage_ms=3 * HOUR,
        lost_pupil_ms=100 * lost,
    )
    assert table[Scope(Level.DEPARTMENT, "34"), LINKS].contract.down == 0
    assert table[Scope(Level.ACADEMY, "Toulouse"), LINKS].resources == 3
    assert table[Scope(Level.SITE, D), LAN].contract.down == 4 * HOUR + HOUR // 2 + (
        4 * HOUR + HOUR // 2
    )


def test_always_counts_the_night(rates: Rates, window: Window) -> None:
    figures = rates.table(window, Hours.ALWAYS)[REGION, LINKS]
    assert figures.contract.required == 4 * 36 * HOUR
    assert (figures.outages, figures.outage_ms) == (2, 5 * HOUR)
    assert figures.mean_time_to_restore.value == 2.5 * HOUR


def test_the_region_judges_the_ent_by_vote_and_counts_who_lost(
    rates: Rates, window: Window
) -> None:
    table = rates.table(window, Hours.SERVICE)
    region = table[REGION, SERVICE]
    assert region.resources == 1
    assert region.contract.down == HOUR  # two of four from 10 h to 11 h, one of four after
    assert region.lost_pupil_ms == 100 * HOUR + 200 * 2 * HOUR
    assert table[Scope(Level.DEPARTMENT, "31"), SERVICE].contract.down == 3 * HOUR
    assert [o.outage.duration for o in rates.shared_outages(window)] == [HOUR]
    assert rates.shared_outages(window)[0].owner is Owner.PUBLISHER
    assert rates.timeline("", "ent").at(MONDAY + 10 * HOUR).state is State.DOWN


def test_outages_are_whole_and_have_an_owner(rates: Rates, window: Window) -> None:
    found = rates.outages(window)
    assert [(o.site.uai, o.resource.id, o.owner) for o in found] == [
        (A, "link", Owner.OPERATOR),
        (A, "ent", Owner.PUBLISHER),
        (B, "ent", Owner.PUBLISHER),
        (D, "sw", Owner.REGION),
    ]
    assert found[-1].outage.ongoing
    later = replace(window, start=MONDAY + DAY)
    assert rates.outages(later) == []


def test_windows_and_days_of_a_snapshot(rates: Rates) -> None:
    snapshot = rates.snapshot(TUESDAY_NOON)
    assert tuple(snapshot.windows) == WINDOW_NAMES
    assert snapshot.tables.keys() == {(name, hours) for name in WINDOW_NAMES for hours in Hours}
    year = snapshot.figures(REGION, LINKS, "year", Hours.SERVICE)
    assert year.contract.required == 4 * REQUIRED
    day = snapshot.figures(REGION, LINKS, "24h", Hours.ALWAYS)
    assert day.contract.required == 4 * DAY
    bars = snapshot.days[Scope(Level.SITE, A), LINKS]
    assert [bar.day for bar in bars[-3:]] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    assert len(bars) == 30
    assert [bar.tally.required for bar in bars[-3:]] == [0, 11 * HOUR, 4 * HOUR + HOUR // 2]
    assert (Scope(Level.ACADEMY, "Toulouse"), LINKS) not in snapshot.days


def test_what_was_never_covered_has_no_figures(rates: Rates, window: Window) -> None:
    empty = Rates(ListHistory(), SITES, CALENDARS)
    assert empty.snapshot(TUESDAY_NOON).days == {}
    assert empty.table(window, Hours.SERVICE) == {}
    assert empty.outages(window) == []
    assert empty.timeline(A, "link") == Timeline()
    assert rates.snapshot(MONDAY - DAY).figures(REGION, LINKS, "7d", Hours.ALWAYS).resources == 0


def test_what_is_listed_but_not_yet_covered_has_no_life(history: ListHistory) -> None:
    history.lists.append((A, Inventory("later", (PRINTER,))))
    assert len(list(Rates(history, SITES, CALENDARS).lives())) == 13


def test_a_service_seen_from_no_known_link_is_judged_by_nobody(window: Window) -> None:
    past = ListHistory()
    past.watched(A, (ENT,), MONDAY, TUESDAY_NOON)
    table = Rates(past, SITES, CALENDARS).table(window, Hours.SERVICE)
    assert table[REGION, SERVICE].contract == Tally(required=REQUIRED, unobserved=REQUIRED)
    assert table[Scope(Level.SITE, A), SERVICE].contract == Tally(required=REQUIRED, up=REQUIRED)


def test_lives_are_what_the_report_rests_on(rates: Rates) -> None:
    lives = {life.key: life for life in rates.lives()}
    assert len(lives) == 13
    assert lives["", "ent"].timeline == rates.timeline("", "ent")
    assert lives[A, "link"].born == MONDAY


def test_the_default_calendar_must_be_there() -> None:
    with pytest.raises(ValueError, match="no default calendar"):
        Rates(ListHistory(), SITES, {})


def test_an_unknown_calendar_names_the_site() -> None:
    strange = {A: site(A, calendar="bording")}
    with pytest.raises(ValueError, match="0310001A: unknown calendar 'bording'; known: boarding"):
        Rates(ListHistory(), strange, CALENDARS)


def test_what_one_lycee_watches_alone_does_not_weigh_on_the_shared_service(
    history: ListHistory, window: Window
) -> None:
    own = Resource("notes", Kind.SERVICE, "Notes", parent="link")
    other = ListHistory(spelt=history.spelt)
    for uai in SITES:
        watched = (LINK, ENT, SWITCH, own) if uai == A else (LINK, ENT, SWITCH)
        other.watched(uai, watched, MONDAY, TUESDAY_NOON)
    before = Rates(history, SITES, CALENDARS).table(window, Hours.SERVICE)
    after = Rates(other, SITES, CALENDARS).table(window, Hours.SERVICE)
    assert after[REGION, SERVICE] == before[REGION, SERVICE]
    assert after[Scope(Level.SITE, A), SERVICE].resources == 2


@pytest.mark.parametrize("liar", [A, D])
def test_a_shared_service_is_called_as_most_lycees_call_it(liar: str) -> None:
    past = ListHistory()
    for uai in SITES:
        ent = replace(ENT, name="Faux") if uai == liar else ENT
        past.watched(uai, (LINK, ent), MONDAY, TUESDAY_NOON)
    (shared,) = (life for life in Rates(past, SITES, CALENDARS).lives() if not life.uai)
    assert shared.resource.name == ENT.name
