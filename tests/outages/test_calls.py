from dataclasses import replace

from numlycee.outages.calls import FOLLOWED, RESEND, Calls
from numlycee.outages.ports import Alert

T0 = 1_790_000_000_000
ONE = Alert({"alertname": "A", "uai": "1"}, "un", "…", T0)
TWO = Alert({"alertname": "A", "uai": "2"}, "deux", "…", T0)


def told(calls: Calls, now: int) -> list[Alert]:
    due = calls.due(now)
    calls.delivered(due, now)
    return due


def test_told_at_once_then_every_minute() -> None:
    calls = Calls()
    calls.want([ONE], T0)
    assert told(calls, T0) == [ONE]
    assert told(calls, T0 + RESEND - 1) == []
    assert told(calls, T0 + RESEND) == [ONE]


def test_an_end_is_told_once() -> None:
    calls = Calls()
    calls.want([ONE, TWO], T0)
    told(calls, T0)
    calls.want([TWO], T0 + 5)
    assert told(calls, T0 + 6) == [replace(ONE, ends=T0 + 5)]
    assert told(calls, T0 + 7) == []


def test_an_end_waits_for_a_sink_that_is_away() -> None:
    calls = Calls()
    calls.want([ONE], T0)
    told(calls, T0)
    calls.want([], T0 + 5)
    assert calls.due(T0 + 6) == calls.due(T0 + 999) == [replace(ONE, ends=T0 + 5)]


def test_what_was_never_told_needs_no_end() -> None:
    calls = Calls()
    calls.want([ONE], T0)
    calls.want([], T0 + 5)
    assert calls.due(T0 + 6) == []


def test_what_ended_while_it_was_being_told_is_ended() -> None:
    calls = Calls()
    calls.want([ONE], T0)
    due = calls.due(T0)
    calls.want([], T0 + 5)
    calls.delivered(due, T0 + 6)
    assert calls.due(T0 + 7) == [replace(ONE, ends=T0 + 6)]


def test_back_again_before_its_end_was_told() -> None:
    calls = Calls()
    calls.want([ONE], T0)
    told(calls, T0)
    calls.want([], T0 + 5)
    calls.want([ONE], T0 + 8)
    assert told(calls, T0 + 9) == [ONE]


def test_other_labels_are_another_alert() -> None:
    calls = Calls()
    calls.want([ONE], T0)
    told(calls, T0)
    other = replace(ONE, labels={**ONE.labels, "owner": "energy"})
    calls.want([other], T0 + 5)
    assert told(calls, T0 + 6) == [other, replace(ONE, ends=T0 + 5)]


def test_who_follows_tells_all_that_lasts_once_in_charge() -> None:
    calls = Calls()
    calls.follow([ONE], T0)
    calls.want([ONE, TWO], T0 + 1)
    assert told(calls, T0 + 1) == [ONE, TWO]
    assert told(calls, T0 + 2) == []


def test_who_follows_knows_the_ends_that_the_other_may_not_have_told() -> None:
    calls = Calls()
    calls.follow([ONE, TWO], T0)
    calls.follow([TWO], T0 + 5)
    calls.want([], T0 + 9)
    assert told(calls, T0 + 9) == [replace(ONE, ends=T0 + 5), replace(TWO, ends=T0 + 9)]


def test_an_end_of_long_ago_was_told_by_the_other() -> None:
    calls = Calls()
    calls.follow([ONE], T0)
    calls.follow([], T0 + 5)
    calls.follow([], T0 + 6 + FOLLOWED)
    calls.want([], T0 + 7 + FOLLOWED)
    assert calls.due(T0 + 7 + FOLLOWED) == []


def test_what_came_back_has_not_ended() -> None:
    calls = Calls()
    calls.follow([ONE], T0)
    calls.follow([], T0 + 5)
    calls.follow([ONE], T0 + 6)
    calls.want([ONE], T0 + 7)
    assert told(calls, T0 + 7) == [ONE]
