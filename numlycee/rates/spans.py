"""Sets of instants laid end to end, one to a line, and what holds of several at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from numlycee.rates.integral import LINE, Ints, ints

Flags = npt.NDArray[np.bool_]
Spans = tuple[Ints, Ints]
"""Starts and ends of intervals, sorted and disjoint within each line."""


def laid(spans: Spans, lines: Ints) -> Spans:
    """Return some of the lines, laid out anew in the order asked for."""
    rows, line = ranges(
        np.searchsorted(spans[0], lines * LINE), np.searchsorted(spans[0], (lines + 1) * LINE)
    )
    shift = (np.arange(len(lines)) - lines)[line] * LINE
    return spans[0][rows] + shift, spans[1][rows] + shift


def before(spans: Spans, instant: int) -> Spans:
    """Return what of one line lies in front of an instant."""
    starts, ends = spans
    count = np.searchsorted(starts, instant)
    return starts[:count], np.minimum(ends[:count], instant)


def ranges(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return the rows of several ranges one after another, and the range that each is of."""
    count = last - first
    line = np.repeat(np.arange(len(count)), count)
    return np.arange(len(line)) + (first - (np.cumsum(count) - count))[line], line


def both(plus: list[Spans], minus: list[Spans]) -> Spans:
    """Return where two sets hold together, each being one of `plus` less its part in `minus`."""
    times, (level,) = levels([(plus, minus)])
    return where(times, level == len(plus))


def united(spans: Spans) -> Spans:
    """Return spans in any order as sorted ones, those that overlap or touch united."""
    times, (level,) = levels([([spans], [])])
    return where(times, level > 0)


def levels(counted: Sequence[tuple[list[Spans], list[Spans]]]) -> tuple[Ints, list[Ints]]:
    """Return instants, and from each to the next how many spans hold, for each thing counted."""
    times, steps = [ints([])], [np.zeros((0, len(counted)), dtype=np.int64)]
    for column, (plus, minus) in enumerate(counted):
        for spans, sign in (*((p, 1) for p in plus), *((m, -1) for m in minus)):
            for instants, step in ((spans[0], sign), (spans[1], -sign)):
                times.append(instants)
                steps.append(np.zeros((len(instants), len(counted)), dtype=np.int64))
                steps[-1][:, column] = step
    instants, place = np.unique(np.concatenate(times), return_inverse=True)
    change = np.zeros((len(instants), len(counted)), dtype=np.int64)
    np.add.at(change, place, np.concatenate(steps))
    return instants, list(np.cumsum(change, axis=0).T)


def where(times: Ints, holds: Flags) -> Spans:
    """Return the maximal stretches between instants over which a condition holds."""
    if not len(times):
        return times, times
    turns = np.diff(holds.astype(np.int8), prepend=0)
    return times[turns == 1], times[turns == -1]
