"""Members of parts counted along time: how many live, and how many are in which trouble."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from numlycee.rates.columns import (
    DEGRADED,
    DOWN,
    EDGE,
    UNOBSERVED,
    UNREACHABLE,
    Columns,
    numbers,
)
from numlycee.rates.integral import LINE, Ints, ints
from numlycee.rates.spans import laid, ranges

Flags = npt.NDArray[np.bool_]


_FIELDS = range(0, 60, 15)
_FIELD = (1 << 15) - 1
"""Four counts of members are kept in one integer: a lycée has fewer than 32 768 resources."""

_COUNTED = ints([0, *(1 << field for field in _FIELDS)])
_OF_EDGES, _OF_BLINDNESS, _OF_FAILURES, _OF_DEGRADATIONS = range(1, len(_COUNTED))
_MOVES = (_COUNTED[None, :] - _COUNTED[:, None]).reshape(-1)
_FROM, _ROOM = len(_COUNTED), 5
"""A move is an instant, then five bits: the count that a member leaves × `_FROM` + the one joined.

The count 0 is that of plain service, so that the move 0 changes nothing.
"""
_COUNT = np.zeros(5, dtype=np.int64)
_COUNT[[UNOBSERVED, DOWN, UNREACHABLE, DEGRADED]] = (
    _OF_BLINDNESS, _OF_FAILURES, _OF_FAILURES, _OF_DEGRADATIONS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Census:
    """Instants in order, and from each to the next how many members of its line are in trouble.

    `spare` is how many may be lost, `blind` counts those that nobody saw, but for `edges`.
    A line begins and ends without members, so that what is counted on it ends with it.
    """

    times: Ints
    absent: Flags
    spare: Ints
    edges: Ints
    blind: Ints
    failing: Ints
    degraded: Ints


def census(
    columns: Columns, line: Ints, subject: Ints, spare: Callable[[Ints, Ints], Ints]
) -> Census:
    """Count members, each a subject on a line; `spare` is asked with lines and living members."""
    since, living, hidden = _presence(columns, line, subject)
    times, level = _levels(_moves(columns, line, subject), since)
    held = np.diff(np.append(np.searchsorted(times, since), len(times)))
    edges, blind, failing, degraded = (level >> field & _FIELD for field in _FIELDS)
    return Census(
        times=times,
        absent=np.repeat(living == 0, held),
        spare=np.repeat(spare(since // LINE, living), held),
        edges=edges,
        blind=blind + np.repeat(hidden, held),
        failing=failing,
        degraded=degraded,
    )


def _presence(columns: Columns, line: Ints, subject: Ints) -> tuple[Ints, Ints, Ints]:
    """Return instants, and from each on how many members live, and how many are not covered."""
    groups = len(columns.born)
    pairs, weight = np.unique(line * groups + columns.group[subject], return_counts=True)
    on, group = pairs // groups * LINE, pairs % groups
    starts, ends = laid((columns.covered.starts, columns.covered.ends), group)
    pair = starts // LINE
    shift, seen = on[pair] - pair * LINE, weight[pair]
    times = (on + columns.born[group], on + columns.retired[group], starts + shift, ends + shift)
    instants, place = np.unique(np.concatenate(times), return_inverse=True)
    living, hidden = np.zeros((2, len(instants)), dtype=np.int64)
    np.add.at(living, place[: 2 * len(on)], np.concatenate((weight, -weight)))
    np.add.at(hidden, place, np.concatenate((weight, -weight, -seen, seen)))
    return instants, np.cumsum(living), np.cumsum(hidden)


def _moves(columns: Columns, line: Ints, subject: Ints) -> Ints:
    """Return the changes of the members from one count to another, as moves in any order."""
    spells, sought = columns.spells, numbers(subject)
    first = np.searchsorted(spells.subject, sought)
    rows, member = ranges(first, np.searchsorted(spells.subject, sought, side="right"))
    if not len(rows):
        return rows
    state, start, end = spells.state[rows], spells.start[rows], spells.end[rows]
    count = _COUNT[state]
    count[(state == UNOBSERVED) & (spells.cause[rows] == EDGE)] = _OF_EDGES
    follows = np.append(False, (start[1:] == end[:-1]) & (member[1:] == member[:-1]))
    left = np.append(0, count[:-1]) * follows
    alone = np.append(~follows[1:], True)
    at = line[member] * LINE
    joining = (at + start << _ROOM) + (left * _FROM + count)
    leaving = (at + end << _ROOM) + count * _FROM
    return np.concatenate((joining, leaving[alone]))


def _levels(moves: Ints, marks: Ints) -> tuple[Ints, Ints]:
    """Return the instants of moves and marks, each once, and the counts from each to the next."""
    moves = np.concatenate((moves, marks << _ROOM))
    moves.sort()
    level = np.cumsum(_MOVES[moves & (1 << _ROOM) - 1])
    times = moves >> _ROOM
    last = np.flatnonzero(np.append(times[1:] != times[:-1], True))
    return times[last], level[last]
