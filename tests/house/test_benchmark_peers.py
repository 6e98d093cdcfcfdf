"""What the benchmark says of its peers, whatever is installed here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from numlycee.domain.states import State
from tests.benchmarks.peers.contest import Entry, Measured, figures, measure, ratios
from tests.benchmarks.peers.past import DAY, PERIOD, Past
from tests.benchmarks.peers.peer import Answer, NotInstalledError, Shares, installed

TRUTH = {"one": 1.0, "two": 0.5}


@dataclass(frozen=True)
class Steady:
    """A peer that always answers the same at the same cost."""

    shares: Shares
    pid: int = os.getpid()

    def ask(self) -> Answer:
        return Answer(self.shares, 0.6)


def entry(shares: Shares = TRUTH, spells: int = 0) -> Entry:
    @contextmanager
    def opening() -> Iterator[Steady]:
        yield Steady(shares)

    return Entry("Steady", "1.0", opening, TRUTH, 30, spells)


def absent() -> Entry:
    @contextmanager
    def opening() -> Iterator[Steady]:
        installed("no-such-program", "no-such-package")
        yield Steady(TRUTH)

    return Entry("Absent", "", opening, TRUTH, 30)


def test_a_peer_that_is_absent_is_not_measured() -> None:
    ours, results = measure([absent(), entry()], lambda: 0.1, rounds=1)
    told = figures(results, 2)
    assert told["Absent"] == "not measured: no-such-package is not installed"
    assert told["Steady, 30 days: CPU per series, ms"] == pytest.approx(300)
    assert all(name.startswith("Steady") for name in ratios(results, {"numlycee": ours}, 2))


def test_a_wrong_answer_ends_the_benchmark() -> None:
    with pytest.raises(AssertionError, match="Steady does not answer the truth"):
        measure([entry({"one": 1.0, "two": 0.6})], lambda: 0.1, rounds=1)


def test_what_was_not_measured_is_in_proportion_and_says_so() -> None:
    results = {"Steady": Measured(entry(), 0.6, 1_000_000)}
    told = figures(results, 2000)
    assert told["Steady, 30 days of 2000 series, extrapolated: CPU, s"] == pytest.approx(600)
    assert told["Steady, 365 days of 2000 series, extrapolated: CPU, s"] == pytest.approx(7300)
    assert ratios(results, {"numlycee": 0.1}, 2000) == {
        "Steady, 30 days, extrapolated / numlycee": pytest.approx(6000),
        "Steady, 365 days, extrapolated / numlycee": pytest.approx(73000),
    }


def test_the_same_spells_need_no_proportion() -> None:
    results = {"Steady": Measured(entry(spells=600_000), 0.6, 1_000_000)}
    told = figures(results, 2)
    assert told["Steady, window-function SQL: CPU per spell, µs"] == pytest.approx(1)
    assert not any("extrapolated" in name for name in told)
    assert ratios(results, {"counted": 0.1, "read and counted": 0.6}, 2) == {
        "Steady, the same spells / counted": pytest.approx(6),
        "Steady, the same spells / read and counted": pytest.approx(1),
    }


def test_changes_that_touch_are_one_and_samples_follow_them() -> None:
    start = 20_000 * DAY
    spells = [
        ("two", start + PERIOD, start + 3 * PERIOD, State.DOWN),
        ("two", start, start + PERIOD, State.UNOBSERVED),
    ]
    past = Past.of(["one", "two"], spells, start, start + DAY)
    assert list(past.events()) == [
        (0, start, 0),
        (1, start, 2),
        (1, start + PERIOD, 1),
        (1, start + 3 * PERIOD, 0),
    ]
    assert past.samples(1, past.instants(1))[:5].tolist() == [2, 1, 1, 0, 0]
    assert past.shares() == {"one": 1.0, "two": pytest.approx(1 - 2 / 1440)}
    assert past.sampled_shares(2, 1) == {"one": 1.0, "two": pytest.approx(1 - 2 / 1439)}


def test_what_is_not_installed_is_said() -> None:
    with pytest.raises(NotInstalledError, match="not measured: some-package is not installed"):
        installed("no-such-program", "some-package")
