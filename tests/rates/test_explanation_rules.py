"""Why each stretch is read as it is, why it is due or not, and where an outage counts."""

from dataclasses import replace

import pytest

from numlycee.domain.causes import Cause, Owner
from numlycee.domain.inventory import Vantage
from numlycee.domain.register import SILENT, Lifetime, Overrule, Register, Trace
from numlycee.domain.states import State
from numlycee.domain.tallies import Maintenance
from numlycee.rates.explanation import Explanation, Question, UnknownSubjectError, explain
from numlycee.rates.explanation.model import Due, Rule, Vote
from numlycee.rates.model import Hours, Window
from numlycee.rates.ports import SpellRow
from tests.rates.evidence import ListEvidence
from tests.rates.histories import (
    CALENDARS,
    DAY,
    ENT,
    HOUR,
    LINK,
    MONDAY,
    SWITCH,
    ListHistory,
    site,
)

UAI = "0310036W"
SITES = {uai: site(uai) for uai in (UAI, "0310002B", "0310003C", "0340001A")}


def at(hour: float) -> int:
    return MONDAY + round(hour * HOUR)


def down(
    start: float, end: float, *, of: str = "link", uai: str = UAI, run: str = "r1"
) -> SpellRow:
    began = {"r1": 0, "r2": 5}.get(run, 0)
    vantage = Vantage.CENTRE if run == "c" else Vantage.SITE
    return SpellRow(uai, of, vantage, run, began, State.DOWN, Cause.TIMEOUT, at(start), at(end))


def explained(
    past: ListHistory,
    register: Register = SILENT,
    *,
    resource: str = "link",
    uai: str = UAI,
    instant: float | None = None,
    as_of: float = 30,
) -> Explanation:
    """The Monday of one resource, 24 hours a day."""
    window = Window("2026-03-02", MONDAY, MONDAY + DAY, at(as_of))
    asked = None if instant is None else at(instant)
    question = Question(uai, resource, window, Hours.ALWAYS, asked)
    return explain(ListEvidence(past), SITES, CALENDARS, register, question)


def read(one: Explanation) -> list[tuple[float, State, Rule, str]]:
    """From which hour each stretch is, in which state, by which rule and from which run."""
    return [
        ((s.start - MONDAY) / HOUR, s.state, s.reading.rule, s.reading.run) for s in one.stretches
    ]


def test_the_greater_of_two_runs_is_read() -> None:
    past = ListHistory()
    past.watched(UAI, (LINK,), at(0), at(12))
    past.watched(UAI, (LINK,), at(10), at(24), run="r2", began=5)
    past.spelt = [down(9, 11), down(13, 14, run="r2")]
    one = explained(past)
    assert read(one) == [
        (0, State.UP, Rule.ALONE, "r1"),
        (9, State.DOWN, Rule.ALONE, "r1"),
        (10, State.UP, Rule.GREATER_RUN, "r2"),
        (12, State.UP, Rule.ALONE, "r2"),
        (13, State.DOWN, Rule.ALONE, "r2"),
        (14, State.UP, Rule.ALONE, "r2"),
    ]
    assert [(run.run, run.covered, run.read) for run in one.runs] == [
        ("r2", 14 * HOUR, 14 * HOUR),
        ("r1", 12 * HOUR, 10 * HOUR),
    ]


def test_the_centre_is_read_where_the_site_sees_nothing() -> None:
    past = ListHistory()
    past.watched(UAI, (LINK,), at(0), at(8))
    past.watched(UAI, (LINK,), at(6), at(20), run="c", vantage=Vantage.CENTRE, digest="c1")
    past.spelt = [down(7, 10, run="c")]
    assert read(explained(past)) == [
        (0, State.UP, Rule.ALONE, "r1"),
        (8, State.DOWN, Rule.CENTRE, "c"),
        (10, State.UP, Rule.CENTRE, "c"),
        (20, State.UNOBSERVED, Rule.NOBODY, ""),
    ]


def test_what_vanishes_from_its_inventory_is_not_measured() -> None:
    past = ListHistory()
    past.watched(UAI, (LINK, SWITCH), at(0), at(8))
    past.watched(UAI, (LINK,), at(8), at(24), digest="d2")
    one = explained(past, resource="sw")
    assert read(one) == [
        (0, State.UP, Rule.ALONE, "r1"),
        (8, State.UNOBSERVED, Rule.NOT_LISTED, "r1"),
    ]
    assert [(listing.digest, listing.names) for listing in one.lists] == [
        ("d1", True),
        ("d2", False),
    ]


@pytest.fixture
def whole() -> ListHistory:
    past = ListHistory()
    past.watched(UAI, (LINK, ENT), at(4), at(28))
    past.spelt = [down(9, 13)]
    return past


def due(one: Explanation) -> list[tuple[float, Due]]:
    found: list[tuple[float, Due]] = []
    for stretch in one.stretches:
        if not found or found[-1][1] is not stretch.due:
            found.append(((stretch.start - MONDAY) / HOUR, stretch.due))
    return found


def test_nothing_is_due_before_a_life_nor_after_it(whole: ListHistory) -> None:
    assert due(explained(whole)) == [(0, Due.UNBORN), (4, Due.DUE)]
    stated = Register(lifetimes={(UAI, "link"): Lifetime(begun=at(2), retired=at(12))})
    one = explained(whole, stated)
    assert due(one) == [(0, Due.UNBORN), (2, Due.DUE), (12, Due.RETIRED)]
    (loss,) = one.losses
    assert (loss.outage.end, loss.outage.ongoing) == (at(12), False)


def test_maintenance_told_in_time_is_left_out_and_its_overrun_counts(whole: ListHistory) -> None:
    told = Maintenance(at(8), at(11), at(5))
    late = Maintenance(at(12), at(14), at(12.5))
    one = explained(whole, Register(maintenance={(UAI, "link"): [told, late]}))
    assert due(one) == [(0, Due.UNBORN), (4, Due.DUE), (8, Due.MAINTENANCE), (11, Due.DUE)]
    assert [(i.stated, i.excluded, i.overrun) for i in one.interventions] == [
        (told, 3 * HOUR, 2 * HOUR),
        (late, 0, 0),
    ]
    assert (one.felt.down, one.contract.down) == (4 * HOUR, 2 * HOUR)
    assert one.losses[0].counted == at(11)


def test_an_outage_that_began_the_day_before_is_told_but_counts_there() -> None:
    past = ListHistory()
    past.watched(UAI, (LINK,), at(-24), at(24))
    past.spelt = [down(-2, 3)]
    one = explained(past, instant=1)
    (loss,) = one.losses
    assert loss.counted == at(-2)
    assert [(spell.start, spell.end) for spell in one.spells] == [(at(-2), at(3))]
    assert one.contract.down == 3 * HOUR


def test_a_person_may_ascribe_an_outage_to_another(whole: ListHistory) -> None:
    (plain,) = explained(whole).losses
    assert (plain.owner, plain.overrule) == (Owner.OPERATOR, None)
    said = Overrule(at(10), Owner.ENERGY, Trace(at(40), "A. Durand", "coupure"))
    (loss,) = explained(whole, Register(overrules={(UAI, "link"): [said]})).losses
    assert (loss.proposed, loss.owner, loss.overrule) == (Owner.OPERATOR, Owner.ENERGY, said)


def test_the_vote_is_told_with_everyones_reason() -> None:
    past = ListHistory()
    for n, uai in enumerate(SITES):
        past.watched(uai, (ENT,) if n == 3 else (LINK, ENT), at(0), at(24))
    past.spelt = [down(9, 10, of="ent", uai=uai) for uai in list(SITES)[:2]]
    past.spelt.append(down(12, 13, uai="0310003C"))
    one = explained(past, uai="", resource="ent", instant=12.5)
    assert [
        ((p.start - MONDAY) / HOUR, p.voters, p.failing, p.state) for p in one.polls
    ] == [
        (0, 3, 0, State.UP),
        (9, 3, 2, State.DOWN),
        (10, 3, 0, State.UP),
        (12, 2, 0, None),
        (13, 3, 0, State.UP),
    ]  # fmt: skip
    assert [rule for _, _, rule, _ in read(one)][-2:] == [Rule.FEW_VOTERS, Rule.VOTE]
    assert one.ballots is not None
    votes = {voter.uai: voter.vote for voter in one.ballots.voters}
    assert votes["0310003C"] is Vote.LINK_AT_FAULT
    assert votes["0340001A"] is Vote.NO_LINK
    assert votes[UAI] is Vote.WORKS


@pytest.mark.parametrize(
    ("uai", "resource", "guess"),
    [
        ("0310036X", "link", UAI),
        (UAI, "lnk", "link"),
        ("", "etn", "ent"),
        (UAI, "printer", "ent, link"),
    ],
)
def test_the_nearest_known_name_is_told(
    uai: str, resource: str, guess: str, whole: ListHistory
) -> None:
    with pytest.raises(UnknownSubjectError, match=guess):
        explained(whole, uai=uai, resource=resource)


def test_a_resource_listed_but_never_covered_is_not_known(whole: ListHistory) -> None:
    whole.lists.append((UAI, replace(whole.lists[0][1], digest="never", resources=(SWITCH,))))
    with pytest.raises(UnknownSubjectError, match="jamais observée"):
        explained(whole, resource="sw")
