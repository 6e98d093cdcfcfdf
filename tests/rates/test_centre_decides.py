"""Where too few lycées vote on a shared service, what the centre itself saw decides."""

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Vantage
from numlycee.domain.quorum import alone
from numlycee.domain.states import State
from numlycee.domain.timeline import Spell, Timeline
from numlycee.rates.figures import Rates
from numlycee.rates.ports import SpellRow
from tests.rates.histories import CALENDARS, DAY, ENT, HOUR, LINK, MONDAY, ListHistory, site

UAIS = ("0310000A", "0310001B", "0310002C")
NOON = MONDAY + 12 * HOUR


def watched(lycees: int) -> Rates:
    """A Monday of some lycées, during which the centre saw the ENT fail at noon for an hour."""
    history = ListHistory()
    for uai in UAIS[:lycees]:
        history.watched(uai, (LINK, ENT), MONDAY, MONDAY + DAY)
    history.watched(
        UAIS[0], (ENT,), MONDAY - HOUR, MONDAY + DAY, run="c", digest="c", vantage=Vantage.CENTRE
    )
    history.spelt.append(
        SpellRow(
            UAIS[0], "ent", Vantage.CENTRE, "c", 0, State.DOWN, Cause.HTTP_STATUS,
            NOON, NOON + HOUR,
        )
    )  # fmt: skip
    return Rates(history, {uai: site(uai) for uai in UAIS}, CALENDARS)


def test_it_decides_where_fewer_than_three_vote() -> None:
    seen = watched(2).timeline("", "ent")
    assert seen.coverage == IntervalSet(((MONDAY - HOUR, MONDAY + DAY),))
    assert seen.spells == (Spell(NOON, NOON + HOUR, State.DOWN, Cause.HTTP_STATUS),)


def test_it_says_nothing_against_a_vote() -> None:
    assert not watched(3).timeline("", "ent").spells


def test_what_it_sees_of_a_service_is_not_what_a_lycee_lived() -> None:
    rates = watched(2)
    own = rates.timeline(UAIS[0], "ent")
    assert own == Timeline(IntervalSet(((MONDAY, MONDAY + DAY),)))
    born = {life.key: life.born for life in rates.lives()}
    assert (born[UAIS[0], "ent"], born["", "ent"]) == (MONDAY, MONDAY - HOUR)


def test_of_two_accounts_the_first_is_read() -> None:
    first = Timeline(IntervalSet(((0, 10),)), (Spell(2, 3, State.DOWN, Cause.DNS),))
    second = Timeline(IntervalSet(((5, 20),)), (Spell(6, 12, State.DOWN, Cause.TLS),))
    whole = alone([first, second])
    assert whole.coverage == IntervalSet(((0, 20),))
    assert whole.spells == (
        Spell(2, 3, State.DOWN, Cause.DNS),
        Spell(10, 12, State.DOWN, Cause.TLS),
    )
