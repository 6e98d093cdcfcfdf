"""The worked examples of the method are true: they are computed here as they are told there."""

from pathlib import Path

from numlycee.domain.budgets import PAGE, TICKET, Pair, budget, burn
from numlycee.domain.causes import Cause
from numlycee.domain.composites import NUMERIQUE_PEDAGOGIQUE, Member, compose
from numlycee.domain.durations import HOUR, MINUTE
from numlycee.domain.french import duration, percentage
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.objectives import Verdict, needed, verdict_on
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, Tally, tally
from numlycee.domain.timeline import Spell, Timeline
from numlycee.rates.distribution import distribution, weighted

METHOD = Path(__file__).parents[2] / "docs/fr/methode.md"


def test_twenty_lycees_of_which_one_suffers() -> None:
    rates = [Rate(100, 100)] * 19 + [Rate(80, 100)]
    found = distribution(rates)
    total = Rate(sum(r.numerator for r in rates), sum(r.denominator for r in rates))
    pupils = weighted(zip([400] * 19 + [2400], rates, strict=True))
    _written("Vingt lycées", total, found.median, found.lowest, found.spread, pupils)


def test_a_tuesday_of_a_lycee_with_ten_access_points() -> None:
    opening = IntervalSet(((0, 660),))  # minutes since 7 h 30

    def at(hour: int, minute: int = 0) -> int:
        return 60 * hour + minute - 450

    def member(*down: tuple[int, int], behind: tuple[int, int] | None = None) -> Member:
        spells = [Spell(*span, State.DOWN, Cause.TIMEOUT) for span in down]
        if behind:
            spells.append(Spell(*behind, State.UNREACHABLE, Cause.PARENT))
        return Member(Timeline(opening, tuple(spells)), 0)

    core = at(15), at(15, 10)
    points = [member((at(9), at(12)), behind=core)] * 2
    points += [member((at(10), at(10, 30)), behind=core)] + [member(behind=core)] * 7
    members = [[member()], [member(core)], points, [member((at(14), at(14, 20)))]]
    needs = [part.need for part in NUMERIQUE_PEDAGOGIQUE.parts]
    whole = tally(compose(list(zip(needs, members, strict=True))), opening)
    link = tally(members[0][0].timeline, opening)
    assert (whole.required, whole.up) == (660, 600)
    _written("Un mardi de 11 heures", whole.known, link.known)


def test_a_thousand_hours_of_which_ninety_were_not_seen() -> None:
    year = Tally(required=1000 * HOUR, up=900 * HOUR, down=10 * HOUR, unobserved=90 * HOUR)
    goal = Rate(95, 100)
    lacking = needed(goal, year)
    assert verdict_on(goal, year) is Verdict.UNDECIDED
    assert lacking.then is Verdict.MET
    _written("Objectif de 95 %", year.low, year.high, lacking.at_best, lacking.as_known)
    assert percentage(year.known) == "98,90\u202f%"


def test_a_year_of_service_and_its_budget() -> None:
    goal, year = Rate(995, 1000), 1980 * HOUR
    spent = budget(goal, year, Tally(required=900 * HOUR, down=6 * HOUR, unobserved=2 * HOUR))
    assert duration(spent.allowed) == "9\u202fh\u202f54"
    _written("Une année de 1 980 heures", spent.remaining, spent.remaining_low)
    hour = burn(goal, Tally(required=HOUR, up=48 * MINUTE, down=12 * MINUTE))
    assert (hour.certain.value, PAGE[0].factor(year).value) == (40, 39.6)


def test_the_alerts_are_those_of_the_table() -> None:
    written = METHOD.read_text(encoding="utf-8")
    for name, pairs in (("appel", PAGE), ("ticket", TICKET)):
        for pair in pairs:
            assert _line(name, pair) in written


def _line(name: str, pair: Pair) -> str:
    long = f"{pair.long // HOUR} h" + (" de service" if pair.long == HOUR else "")
    minutes = pair.short // MINUTE
    short = f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
    return f"| {name} | {pair.share.numerator} % | {long} | {short} |"


def _written(beginning: str, *rates: Rate) -> None:
    """The example that begins so holds these figures, in bold."""
    told = METHOD.read_text(encoding="utf-8")
    paragraph = told[told.index(f"*Exemple.* {beginning}") :].split("\n\n")[0]
    figures = [percentage(rate).replace("\u202f", " ") for rate in rates]
    assert [figure for figure in figures if f"**{figure}**" not in paragraph] == []
