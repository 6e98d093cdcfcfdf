"""The live vote on services that sites share: what the Region may say of them now."""

from collections.abc import Iterator, Mapping

from numlycee.collector.model import BoardSnapshot, LiveResource
from numlycee.domain.causes import Cause, propose_owner
from numlycee.domain.quorum import agreed, verdict
from numlycee.domain.states import State
from numlycee.outages.model import RegionalOutage
from numlycee.outages.sightings import services, working


def vote(board: BoardSnapshot) -> Iterator[RegionalOutage]:
    """Yield the shared services in trouble, by the rule of `domain.quorum`, ordered by id."""
    for _, ballots in sorted(_ballots(board).items()):
        failing = sorted((b for b in ballots if b.state is State.DOWN), key=lambda b: b.since)
        state = verdict(len(ballots), len(failing))
        if state in {State.DOWN, State.DEGRADED}:
            cause = Cause.OTHER if state is State.DOWN else Cause.PARTIAL
            service = agreed(seen.resource for seen in ballots)
            yield RegionalOutage(
                service=service,
                state=state,
                cause=cause,
                owner=propose_owner(service.kind, cause),
                since=failing[_enough(len(ballots), state) - 1].since,
                voters=len(ballots),
                failing=len(failing),
            )


def _ballots(board: BoardSnapshot) -> Mapping[str, list[LiveResource]]:
    ballots: dict[str, list[LiveResource]] = {}
    for live in board.sites.values():
        for seen in services(live) if working(live) else ():
            ballots.setdefault(seen.resource.id, []).append(seen)
    return ballots


def _enough(voters: int, state: State) -> int:
    """Return how many failures the verdict takes."""
    return next(n for n in range(1, voters + 1) if verdict(voters, n) is state)
