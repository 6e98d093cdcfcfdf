"""The verdict on a service shared by all sites: each votes, unless its own link is at fault."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from numlycee.domain.causes import Cause
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.states import State
from numlycee.domain.timeline import RunAccount, Spell, Timeline, merge_spells, resolve, restrict

MINIMUM_VOTERS = 3


@dataclass(frozen=True, slots=True)
class Ballot:
    """One site's part in the vote: what it saw of the service and of its own link."""

    service: Timeline
    link: Timeline

    def entitled(self, start: int, end: int) -> IntervalSet:
        """Return when it counts: the service was observed, and the site's own link worked."""
        return (self.observed() & self.linked()).clip(start, end)

    def observed(self) -> IntervalSet:
        """Return when the site saw the service, working or not."""
        return self.service.coverage - _in_state(self.service, State.UNOBSERVED, State.UNREACHABLE)

    def linked(self) -> IntervalSet:
        """Return when the site's own link was seen to work."""
        return self.link.coverage - _in_state(
            self.link, State.DOWN, State.UNOBSERVED, State.UNREACHABLE
        )

    def failing(self, start: int, end: int) -> IntervalSet:
        """Return when it counts against the service."""
        return self.entitled(start, end) & _in_state(self.service, State.DOWN)


def verdict(voters: int, failing: int) -> State | None:
    """Return the state that a vote gives, or None when fewer than three sites voted.

    `down` from one half of the voters, `degraded` (partial) from two failing and one in twenty.
    """
    if voters < MINIMUM_VOTERS:
        return None
    if 2 * failing >= voters:
        return State.DOWN
    if failing >= 2 and 20 * failing >= voters:  # noqa: PLR2004 (the rule's own figures)
        return State.DEGRADED
    return State.UP


def shared(watching: Mapping[str, int]) -> list[str]:
    """Return the services that enough lycées watch to vote; where there is none, every one.

    What a lycée watches for itself alone must not weigh on the Region's figures.
    """
    voted = [name for name, lycees in watching.items() if lycees >= MINIMUM_VOTERS]
    return sorted(voted or watching)


def agreed(seen: Iterable[Resource]) -> Resource:
    """Return a shared service as most lycées describe it: one alone does not name it for all."""
    told = Counter(replace(resource, parent=None) for resource in seen)
    return min(told, key=lambda resource: (-told[resource], repr(resource)))


def alone(accounts: Sequence[Timeline]) -> Timeline:
    """Return what the centre saw of a service by itself; of several accounts the first is read."""
    return resolve(
        RunAccount(-place, "", account.coverage, account.spells)
        for place, account in enumerate(accounts)
    )


def quorum(ballots: Sequence[Ballot], centre: Timeline, start: int, end: int) -> Timeline:
    """Return the service's timeline over ``[start, end)`` by vote, the centre deciding alone below.

    A site votes only while it observed the service and its own link was `up` or `degraded`.
    """
    changes: dict[int, list[int]] = {}
    for ballot in ballots:
        _count(changes, ballot.entitled(start, end), 0)
        _count(changes, ballot.failing(start, end), 1)
    covered: list[tuple[int, int]] = []
    spells: list[Spell] = []
    voters = against = 0
    instants = sorted({start, end, *changes})
    for at, until in pairwise(instants):
        delta = changes.get(at, (0, 0))
        voters, against = voters + delta[0], against + delta[1]
        state = verdict(voters, against)
        if state is None:
            covered += centre.coverage.clip(at, until).spans
            spells += restrict(centre.spells, IntervalSet(((at, until),)))
            continue
        covered.append((at, until))
        if state is not State.UP:
            cause = Cause.PARTIAL if state is State.DEGRADED else Cause.OTHER
            spells.append(Spell(at, until, state, cause))
    return Timeline(IntervalSet.of(covered), merge_spells(spells))


def _in_state(timeline: Timeline, *states: State) -> IntervalSet:
    return IntervalSet.of((s.start, s.end) for s in timeline.spells if s.state in states)


def _count(changes: dict[int, list[int]], instants: IntervalSet, column: int) -> None:
    for start, end in instants:
        changes.setdefault(start, [0, 0])[column] += 1
        changes.setdefault(end, [0, 0])[column] -= 1
