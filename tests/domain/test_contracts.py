"""Guaranteed times to restore, in the contract's own hours, with the bounds of each outage."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.calendars import Calendar, ServiceTime
from numlycee.domain.causes import Cause, Owner
from numlycee.domain.contracts import Compliance, Contract, Record, Restoration, record
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.kinds import Kind
from numlycee.domain.objectives import Verdict
from numlycee.domain.outages import Outage
from numlycee.domain.tallies import Maintenance, Rate, Tally
from tests.domain.generated import AXIS, instants, sets
from tests.proof import examples

PARIS = ZoneInfo("Europe/Paris")
MINUTE, HOUR = 60_000, 3_600_000
WORKING = Calendar("heures ouvrées", "Europe/Paris", (((480, 1080),),) * 5 + ((), ()))
LINK = ("0310036W", "link")
GTR = Contract("THD", Owner.OPERATOR, 4 * HOUR, "heures ouvrées", frozenset({LINK}))
MARCH = (int(datetime(2026, 3, 1, tzinfo=PARIS).timestamp()) * 1000, 40 * 24 * HOUR)
HOURS = GTR.hours(WORKING, MARCH[0], MARCH[0] + MARCH[1])


def at(text: str) -> int:
    return int(datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=PARIS).timestamp()) * 1000


def outage(start: str, end: str, edge: int = 0, *, ongoing: bool = False) -> Outage:
    first, last = at(start), at(end)
    return Outage(first, last, first - edge, last + edge, last - first, Cause.TIMEOUT, ongoing)


def judged(
    *outages: Outage, contract: Contract = GTR, hours: ServiceTime = HOURS
) -> list[Restoration]:
    return list(contract.restorations(outages, hours))


def said(*outages: Outage) -> list[Compliance]:
    return [one.compliance for one in judged(*outages)]


def test_the_clock_waits_for_the_contracts_hours() -> None:
    """From Friday 16 h to Monday 10 h, four working hours passed of sixty-six."""
    (one,) = judged(outage("06T16:00", "09T10:00"))
    assert (one.least, one.most, one.compliance) == (4 * HOUR, 4 * HOUR, Compliance.KEPT)
    assert said(outage("06T16:00", "09T10:01")) == [Compliance.BROKEN]


def test_the_bounds_of_an_outage_may_leave_its_guarantee_open() -> None:
    assert said(outage("03T10:00", "03T13:58", edge=MINUTE)) == [Compliance.KEPT]
    assert said(outage("03T10:00", "03T13:59", edge=MINUTE)) == [Compliance.UNDECIDED]
    assert said(outage("03T10:00", "03T14:00", edge=MINUTE)) == [Compliance.UNDECIDED]
    assert said(outage("03T10:00", "03T14:01", edge=MINUTE)) == [Compliance.BROKEN]


def test_what_still_goes_on_may_be_broken_but_is_never_kept() -> None:
    assert said(outage("03T10:00", "03T11:00", ongoing=True)) == [Compliance.UNDECIDED]
    assert said(outage("03T10:00", "03T15:00", ongoing=True)) == [Compliance.BROKEN]


def test_a_cut_that_took_no_contract_time_is_none() -> None:
    assert said(outage("07T10:00", "08T22:00")) == []
    assert said(outage("08T22:00", "09T07:59", edge=5 * MINUTE)) == []


def test_announced_maintenance_stops_the_clock_unless_the_contract_says_otherwise() -> None:
    works = [
        Maintenance(at("03T10:00"), at("03T12:00"), announced=at("02T08:00")),
        Maintenance(at("03T12:00"), at("03T15:00"), announced=at("03T12:01")),
    ]
    cut = outage("03T10:00", "03T15:00")
    span = MARCH[0], MARCH[0] + MARCH[1]
    (spared,) = judged(cut, hours=GTR.hours(WORKING, *span, works))
    assert (spared.least, spared.compliance) == (3 * HOUR, Compliance.KEPT)
    strict = Contract(
        "THD", Owner.OPERATOR, 4 * HOUR, "", frozenset({LINK}), spares_maintenance=False
    )
    (counted,) = judged(cut, contract=strict, hours=strict.hours(WORKING, *span, works))
    assert (counted.least, counted.compliance) == (5 * HOUR, Compliance.BROKEN)


def test_the_record_of_a_contract_has_bounds() -> None:
    found = judged(
        outage("03T10:00", "03T11:00"),
        outage("04T10:00", "04T13:59", edge=MINUTE),
        outage("05T10:00", "05T17:00"),
        outage("06T10:00", "06T11:00"),
    )
    total = record(found)
    assert total == Record(2, 1, 1, longest_least=7 * HOUR, longest_most=7 * HOUR)
    assert (total.outages, total.low, total.high) == (4, Rate(2, 4), Rate(3, 4))
    assert record([]).low.value is None


def test_repeated_short_cuts_keep_the_guarantee_and_lose_the_rate() -> None:
    """3 h 59 of cut and one minute of service, in a loop: hence rate and durations together."""
    marks = [at("03T08:00") + 4 * HOUR * n for n in range(4)]
    cuts = [
        Outage(a, b - MINUTE, a, b - MINUTE, b - a - MINUTE, Cause.TIMEOUT, ongoing=False)
        for a, b in pairwise(marks)
    ]
    assert record(judged(*cuts)).low == Rate(3, 3)
    promised = Contract("", Owner.OPERATOR, 4 * HOUR, "", GTR.keys, target=Rate(995, 1000))
    assert promised.verdict(Tally(required=240, up=1, down=239)) is Verdict.MISSED
    assert GTR.verdict(Tally(required=240, up=1, down=239)) is None


def test_a_contract_names_resources_or_every_link_of_a_site() -> None:
    contract = Contract("", Owner.OPERATOR, HOUR, "", frozenset({LINK, ("0340038G", "")}))
    assert contract.covers(LINK, Kind.LINK)
    assert contract.covers(("0340038G", "secours"), Kind.LINK)
    assert not contract.covers(("0310036W", "secours"), Kind.LINK)
    assert not contract.covers(("0340038G", "sw"), Kind.SWITCH)
    assert not contract.covers(("0310036X", "link"), Kind.LINK)


@given(
    sets,
    st.lists(st.integers(0, AXIS), min_size=4, max_size=4),
    st.integers(0, 20),
    st.integers(0, 1),
)
@settings(max_examples=examples(300))
def test_what_is_said_holds_wherever_the_truth_lies(
    opening: IntervalSet, bounds: list[int], restore: int, going: int
) -> None:
    """Count the open milliseconds of every outage that the bounds allow."""
    earliest, start, end, latest = sorted(bounds)
    ongoing = going == 1
    one = Outage(start, end, earliest, latest, end - start, Cause.DNS, ongoing)
    contract = Contract("", Owner.OPERATOR, restore, "", frozenset())
    found = list(contract.restorations([one], ServiceTime(opening)))
    open_at = instants(opening)
    assert bool(found) is bool(open_at & set(range(start, end)))
    truths = {
        len(open_at & set(range(a, b))) <= restore
        for a in range(earliest, start + 1)
        for b in range(end, latest + 1)
    }
    for restoration in found:
        answer = {True: Compliance.KEPT, False: Compliance.BROKEN}
        sure = answer[truths.pop()] if len(truths) == 1 else Compliance.UNDECIDED
        if ongoing and sure is Compliance.KEPT:
            sure = Compliance.UNDECIDED
        assert restoration.compliance is sure
