"""Property 5: low ≤ truth ≤ high for every resource and window, against a simulated truth whose
outages are longer than the resolution, taken over the same instants as the denominator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.calendars import ALWAYS, Calendar, school_year
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, Tally, tally
from numlycee.domain.timeline import Timeline
from numlycee.rates.figures import Rates
from numlycee.rates.model import Hours, Level, Scope, Window
from numlycee.region.equipment import equip
from numlycee.region.history import History as RegionalHistory
from numlycee.region.lycees import make_sites
from numlycee.region.past import SitePast, site_past
from numlycee.region.world import ancestors
from numlycee.wire.records import Record
from numlycee_agent.watching.bulletin import BulletinMaker
from tests.agent.test_watch_truth import LENGTH, NAMES, World, spaced, truths
from tests.agent.virtual import NOON
from tests.agent.watching import FakeJournal
from tests.agent.watching import Truth as Change
from tests.proof import examples
from tests.properties.telling import told
from tests.rates.histories import site
from tests.reading import quickly

UAI = "0310036W"
ZONE = "Europe/Paris"
NOTHING = Rate(0, 0)
YEAR = school_year("2025-2026", ZONE)
SEEDS = st.integers(0, 2**32)
SHUT_AT_TIMES = Calendar("noon", ZONE, (((0, 722), (724, 727), (728, 1440)),) * 7)
"""Closed for two minutes, then for one, while the agent watches from noon to ten past."""
SCHOOL = Calendar("school", ZONE, (((450, 1110),),) * 5 + ((), ()))


def read(records: Iterable[Record], at: str, calendar: Calendar) -> Rates:
    """Return the figures of what an agent wrote, by the wire and through the ledger."""
    store = told([at], [(at, record) for record in records], Random(0))
    with store.history() as history:
        return quickly(history, {at: site(at)}, {"": calendar})


def assert_contains(
    rates: Rates, truth: Mapping[str, IntervalSet], at: str, calendar: Calendar, window: Window
) -> None:
    """Compare every resource, and every class at its site, with when things truly worked."""
    for hours in Hours:
        shown = calendar if hours is Hours.SERVICE else ALWAYS
        pooled: dict[ResourceClass, Truth] = {}
        for life in rates.lives():
            if life.uai == at:
                owed = shown.opening(life.born, window.until).clip(window.start, window.until)
                true = Truth.of(life.timeline, truth[life.resource.id], owed)
                found = tally(life.timeline, owed)
                true.assert_between(found, found)
                shared = life.resource.resource_class
                pooled[shared] = pooled.get(shared, Truth()) + true
        for key, figures in rates.table(window, hours).items():
            if key[0] == Scope(Level.SITE, at):
                pooled[key[1]].assert_between(figures.contract, figures.felt)


@dataclass(frozen=True, slots=True)
class Truth:
    """Milliseconds that truly worked, over the instants that each pair of bounds counts."""

    judged: Rate = NOTHING
    felt: Rate = NOTHING

    @classmethod
    def of(cls, seen: Timeline, working: IntervalSet, owed: IntervalSet) -> Self:
        hidden = IntervalSet.of(
            (s.start, s.end) for s in seen.spells if s.state is State.UNREACHABLE
        )
        judged = owed - hidden
        return cls(
            Rate((working & judged).measure, judged.measure),
            Rate((working & owed).measure, owed.measure),
        )

    def __add__(self, other: "Truth") -> "Truth":
        return Truth(_pooled(self.judged, other.judged), _pooled(self.felt, other.felt))

    def assert_between(self, contract: Tally, felt: Tally) -> None:
        for low, true, high in (
            (contract.low, self.judged, contract.high),
            (felt.felt_low, self.felt, felt.felt_high),
        ):
            assert low.denominator == true.denominator == high.denominator
            assert low.numerator <= true.numerator <= high.numerator


def _pooled(one: Rate, other: Rate) -> Rate:
    return Rate(one.numerator + other.numerator, one.denominator + other.denominator)


def working(chain: Iterable[Change], end: int) -> IntervalSet:
    """Return when everything on which something hangs truly works, until the end of the world."""
    always = IntervalSet.of([(NOON, end)])
    for each in chain:
        turns = [NOON, *each.changes, end]
        always &= IntervalSet.of(zip(turns[::2], turns[1::2], strict=False))
    return always


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(
    seed=SEEDS,
    lengths=truths,
    faults=st.sampled_from([0.0, 0.0, 0.02, 0.1]),
    bounds=st.tuples(st.integers(-60_000, LENGTH), st.integers(1, LENGTH)),
)
def test_what_the_agent_wrote_contains_what_it_saw(
    seed: int, lengths: dict[str, list[int]], faults: float, bounds: tuple[int, int]
) -> None:
    world = World(seed, {name: spaced(each) for name, each in lengths.items()}, faults)
    journal = FakeJournal()
    maker = BulletinMaker(world.watch, world.inventory, journal, NOON)
    world.run(NOON + LENGTH, maker)
    maker.close()
    end = NOON + 2 * LENGTH
    truth = {name: working(world.chains[name], end) for name in NAMES}
    rates = read(journal.records, UAI, SHUT_AT_TIMES)
    start = NOON + bounds[0]
    for window in (
        Window("any", start, start + bounds[1], NOON + LENGTH),
        Window("whole", NOON, NOON + LENGTH, NOON + LENGTH),
    ):
        assert_contains(rates, truth, UAI, SHUT_AT_TIMES, window)


def past_of(seed: int) -> tuple[list[Record], dict[str, IntervalSet], str]:
    """Return the year of a simulated lycée as told, and when each of its resources worked."""
    (lycee,) = make_sites(seed, 1)
    resources = equip(lycee, seed)[:8]
    past = RegionalHistory([lycee], seed, date(2025, 9, 1), YEAR[1], ZONE)
    shared = past.regional()
    lived = site_past(lycee, resources, shared["2025-2026"], seed, YEAR)
    chains = ancestors(resources)
    truth = {
        name: IntervalSet.of([YEAR]) - _broken(lived, {name, *above})
        for name, above in chains.items()
    }
    return list(past.of(lycee, resources, shared)), truth, lycee.uai


def _broken(lived: SitePast, names: set[str]) -> IntervalSet:
    return IntervalSet.of(
        (t.start, t.end) for t in lived.troubles if t.resource in names and t.state is State.DOWN
    )


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(seed=st.integers(0, 2**20), bounds=st.tuples(SEEDS, SEEDS))
def test_a_simulated_year_contains_its_truth(seed: int, bounds: tuple[int, int]) -> None:
    records, truth, at = past_of(seed)
    rates = read(records, at, SCHOOL)
    first, second = sorted(YEAR[0] + bound % (YEAR[1] - YEAR[0]) for bound in bounds)
    for window in (Window("year", *YEAR, YEAR[1]), Window("any", first, second + 1, YEAR[1])):
        assert_contains(rates, truth, at, SCHOOL, window)
