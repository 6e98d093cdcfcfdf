"""The vote on a shared service, told: who voted, who failed, who had nothing to say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.quorum import Ballot, agreed, alone, quorum, shared, verdict
from numlycee.domain.timeline import Timeline
from numlycee.rates.explanation.model import Ballots, Poll, Reading, Rule, Vote, Voter
from numlycee.rates.explanation.reading import SiteEvidence, Source


@dataclass(frozen=True, slots=True)
class Assembly:
    """The sites that watch one service; those without a link have no ballot."""

    resource: Resource
    listed: int
    ballots: Mapping[str, Ballot]
    mute: tuple[str, ...]
    centre: Timeline

    def timeline(self, start: int, end: int) -> Timeline:
        """Return the verdict on the service."""
        return quorum(tuple(self.ballots.values()), self.centre, start, end)

    def polls(self, start: int, end: int) -> Iterator[Poll]:
        """Yield the stretches over which voters and failures stayed as many."""
        entitled = [ballot.entitled(start, end) for ballot in self.ballots.values()]
        failing = [ballot.failing(start, end) for ballot in self.ballots.values()]
        voters, against = _levels(entitled), _levels(failing)
        poll: Poll | None = None
        here = there = 0
        for at, until in pairwise(sorted({start, end, *voters, *against})):
            here, there = here + voters.get(at, 0), there + against.get(at, 0)
            if poll and (poll.voters, poll.failing) == (here, there):
                poll = replace(poll, end=until)
                continue
            if poll:
                yield poll
            poll = Poll(at, until, here, there, verdict(here, there))
        if poll:
            yield poll

    def sources(self, polls: Sequence[Poll]) -> list[Source]:
        """Return where the vote decides, and where too few voted."""
        enough = IntervalSet.of((p.start, p.end) for p in polls if p.state is not None)
        few = IntervalSet.of((p.start, p.end) for p in polls if p.state is None)
        return [
            (enough, Reading(Rule.VOTE)),
            (few & self.centre.coverage, Reading(Rule.CENTRE_DECIDES)),
            (few - self.centre.coverage, Reading(Rule.FEW_VOTERS)),
        ]

    def at(self, instant: int) -> Ballots:
        """Return every site's vote at an instant."""
        votes = [Voter(uai, _vote(ballot, instant)) for uai, ballot in self.ballots.items()]
        votes += [Voter(uai, Vote.NO_LINK) for uai in self.mute]
        return Ballots(instant, tuple(sorted(votes, key=lambda voter: voter.uai)))


def shared_services(sites: Iterable[SiteEvidence]) -> list[str]:
    """Return the services that enough sites watch to vote; where there is none, every one."""
    return shared(Counter(name for site in sites for name in site.of(Kind.SERVICE)))


def assembly(name: str, sites: Iterable[SiteEvidence]) -> Assembly:
    """Return the vote of the sites that watch a service."""
    sites = tuple(sites)
    watching = {site.uai: site for site in sites if name in site.of(Kind.SERVICE)}
    ballots = {
        uai: Ballot(site.timeline(name), site.timeline(link))
        for uai, site in watching.items()
        for link in site.of(Kind.LINK)[:1]
    }
    outside = [site.outside(name) for site in sorted(sites, key=lambda site: site.uai)]
    centre = alone(outside)
    lycees = min(site.life(name).born for site in watching.values())
    return Assembly(
        resource=agreed(site.account.resources[name] for site in watching.values()),
        listed=min([lycees, *(start for start, _ in centre.coverage.spans[:1])]),
        ballots=ballots,
        mute=tuple(uai for uai in watching if uai not in ballots),
        centre=centre,
    )


def most_failing(polls: Sequence[Poll]) -> int | None:
    """Return the first instant at which most votes failed, None when none ever did."""
    worst = max(polls, key=lambda p: (p.failing * 1000 // max(p.voters, 1), -p.start), default=None)
    return worst.start if worst and worst.failing else None


def _levels(sets: Sequence[IntervalSet]) -> dict[int, int]:
    changes: dict[int, int] = {}
    for instants in sets:
        for start, end in instants:
            changes[start] = changes.get(start, 0) + 1
            changes[end] = changes.get(end, 0) - 1
    return changes


def _vote(ballot: Ballot, instant: int) -> Vote:
    if instant not in ballot.linked():
        return Vote.LINK_AT_FAULT
    if instant not in ballot.observed():
        return Vote.SAW_NOTHING
    return Vote.FAILS if instant in ballot.failing(instant, instant + 1) else Vote.WORKS
