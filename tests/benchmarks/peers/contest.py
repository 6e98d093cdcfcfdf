"""Every peer asked in turn with our own counting: its answers checked, its CPU and memory told.

The peers count `down` by the clock, and nothing else; our seconds are those of whatever is handed
in, which may be both calendars with bounds, roll-ups and outages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import partial
from sqlite3 import sqlite_version
from statistics import median

from tests.benchmarks.peers.past import DAY, Past
from tests.benchmarks.peers.peer import NotInstalledError, Peer, Shares, say, version, watched
from tests.benchmarks.peers.postgresql import postgresql
from tests.benchmarks.peers.prometheus import prometheus
from tests.benchmarks.peers.sqlite import sqlite
from tests.benchmarks.peers.victoria import victoria

SERIES, DAYS, ROUNDS = 1000, 30, 5
TICKS = 0.5  # seconds of CPU in a round, at least: the kernel counts them by the hundredth
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Entry:
    """A peer, how it is opened, and what it must answer of how many days.

    `spells` is how many it holds the changes of; none where it holds samples.
    """

    name: str
    version: str
    opening: Callable[[], AbstractContextManager[Peer]]
    truth: Shares
    days: int
    spells: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What a peer cost: the median CPU seconds of a question, and the most bytes it held."""

    entry: Entry
    cpu: float
    memory: int

    def of(self, series: int, days: int) -> float:
        """Return the CPU seconds of as many series over as many days, in proportion."""
        return self.cpu * series / len(self.entry.truth) * days / self.entry.days


Results = Mapping[str, Measured | str]
"""By the name of the peer, what it cost or why it was not measured."""


@dataclass(slots=True)
class _Runner:
    entry: Entry
    peer: Peer
    held: int = 0
    spent: list[float] = field(default_factory=list)

    def first(self) -> None:
        """Ask once, not counted: is it right, and what does it hold meanwhile?"""
        with watched(self.peer.pid) as held:
            found, truth = self.peer.ask().shares, self.entry.truth
        self.held = max(held)
        if found.keys() != truth.keys() or any(
            abs(share - truth[name]) > TOLERANCE for name, share in found.items()
        ):
            raise AssertionError(f"{self.entry.name} does not answer the truth")

    def round(self) -> None:
        """Ask until the ticks of the kernel no longer matter."""
        answers = [self.peer.ask().cpu]
        while sum(answers) < TICKS:
            answers.append(self.peer.ask().cpu)
        self.spent.append(sum(answers) / len(answers))

    def result(self) -> Measured:
        return Measured(self.entry, median(self.spent), self.held)


def entries(past: Past, series: int = SERIES, days: int = DAYS) -> Iterator[Entry]:
    """Yield two peers with a sample a minute of some series, and two with every change."""
    averages, shares = past.sampled_shares(series, days), past.shares()
    for name, program, sampled in (
        ("Prometheus", "prometheus", prometheus),
        ("VictoriaMetrics", "victoria-metrics", victoria),
    ):
        yield Entry(name, version(program), partial(sampled, past, series, days), averages, days)
    for name, told, kept in (
        ("PostgreSQL", version("postgres"), postgresql),
        ("SQLite", sqlite_version, sqlite),
    ):
        whole = (past.until - past.start) // DAY
        yield Entry(name, told, partial(kept, past), shares, whole, len(past.subject))


def measure(
    entered: Iterable[Entry], ours: Callable[[], float], rounds: int = ROUNDS
) -> tuple[float, Results]:
    """Return the median of our own CPU seconds, and what each peer cost in the same rounds.

    Raises `AssertionError` when a peer answers wrongly.
    """
    own = []
    with ExitStack() as opened:
        found = {entry.name: _opened(entry, opened) for entry in entered}
        runners = [runner for runner in found.values() if not isinstance(runner, str)]
        for runner in runners:
            runner.first()
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            own.append(ours())
            for runner in runners:
                runner.round()
    return median(own), {
        name: runner if isinstance(runner, str) else runner.result()
        for name, runner in found.items()
    }


def _opened(entry: Entry, opened: ExitStack) -> _Runner | str:
    try:
        return _Runner(entry, opened.enter_context(entry.opening()))
    except NotInstalledError as missing:
        return str(missing)


def figures(results: Results, resources: int) -> dict[str, float | str]:
    """Return the lines of each peer: its version, CPU and memory, or why there are none."""
    told: dict[str, float | str] = {}
    for name, result in results.items():
        lines = {"": result} if isinstance(result, str) else _lines(result, resources)
        told |= {f"{name}{what}": figure for what, figure in lines.items()}
    return told


def _lines(result: Measured, resources: int) -> Mapping[str, float | str]:
    entry, held = result.entry, len(result.entry.truth)
    lines: dict[str, float | str] = {": version": entry.version}
    lines[f", {entry.days} days of {held} series: CPU, s"] = result.cpu
    lines[f", {entry.days} days: CPU per series, ms"] = result.of(1, entry.days) * 1e3
    if entry.spells:
        lines[", window-function SQL: CPU per spell, µs"] = result.cpu / entry.spells * 1e6
    else:
        for days in (entry.days, 365):
            key = f", {days} days of {resources} series, extrapolated: CPU, s"
            lines[key] = result.of(resources, days)
    return lines | {": memory, MB": result.memory / 1e6}


def ratios(results: Results, ours: Mapping[str, float], resources: int) -> dict[str, float]:
    """Return how many times our seconds a peer takes, by what ours are: a year of every resource.

    A peer keeps its past in its own storage and reads it at each question: of ours, some line ought
    to include reading.
    """
    told: dict[str, float] = {}
    for name, result in results.items():
        if isinstance(result, str):
            continue
        for counting, seconds in ours.items():
            for what, theirs in _comparable(result, resources).items():
                told[f"{name}, {what} / {counting}"] = theirs / seconds
    return told


def _comparable(result: Measured, resources: int) -> Mapping[str, float]:
    if result.entry.spells:
        return {"the same spells": result.cpu}
    days = result.entry.days
    return {f"{n} days, extrapolated": result.of(resources, n) for n in (days, 365)}
