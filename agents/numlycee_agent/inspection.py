"""The spool seen from outside, without disturbing the agent that may be writing it."""

import fcntl
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from numlycee.domain.intervals import IntervalSet
from numlycee_agent.spool import dates, marks
from numlycee_agent.spool.marks import Marks
from numlycee_agent.spool.segments import Segment, survey


@dataclass(frozen=True, slots=True)
class RunView:
    """One run in the spool: its numbers held, and how many of them the centre has confirmed.

    `undated` tells that its clock was not set, and nothing dates it yet.
    """

    run: str
    first: int
    last: int
    records: int
    confirmed: int
    size: int
    undated: bool


@dataclass(frozen=True, slots=True)
class SpoolView:
    """A spool at one moment; `live` tells whether an agent has it open."""

    live: bool
    marks: Marks
    runs: tuple[RunView, ...]

    @property
    def size(self) -> int:
        """Return the bytes that the records take on disk."""
        return sum(run.size for run in self.runs)

    @property
    def waiting(self) -> int:
        """Return how many records are not confirmed."""
        return sum(run.records - run.confirmed for run in self.runs)

    @property
    def undated(self) -> int:
        """Return how many records wait until the time is known."""
        return sum(run.records for run in self.runs if run.undated)


def inspect(directory: Path) -> SpoolView:
    """Return what a spool holds; raises `OSError` where there is none. Nothing is written."""
    segments, _ = survey(directory)
    known = marks.load(directory / "marks")
    dated = dates.load(directory / dates.FILE).boots
    by_run: dict[str, list[Segment]] = {}
    for segment in segments:
        if segment.numbers:
            by_run.setdefault(segment.run, []).append(segment)
    views = tuple(_view(run, parts, known.confirmed(run), dated) for run, parts in by_run.items())
    return SpoolView(_is_open(directory / "lock"), known, views)


def _view(run: str, parts: list[Segment], confirmed: IntervalSet, dated: Container[str]) -> RunView:
    numbers = IntervalSet.of(span for part in parts for span in part.numbers)
    return RunView(
        run,
        parts[0].first,
        parts[-1].last,
        numbers.measure,
        (numbers & confirmed).measure,
        sum(part.allocated for part in parts),
        any(part.guess is not None and part.guess.boot not in dated for part in parts),
    )


def _is_open(path: Path) -> bool:
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
