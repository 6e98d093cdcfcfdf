"""The outages of a window and those around the instant asked about: where each counts, for whom."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from numlycee.domain.causes import propose_owner
from numlycee.domain.inventory import Resource
from numlycee.domain.outages import Outage, outages
from numlycee.domain.register import Register
from numlycee.domain.tallies import Maintenance
from numlycee.domain.timeline import Timeline
from numlycee.rates.explanation.model import Due, Intervention, Loss, Question, Stretch
from numlycee.rates.explanation.owed import Owed


def losses(
    question: Question, resource: Resource, timeline: Timeline, owed: Owed, register: Register
) -> Iterator[Loss]:
    """Yield the outages that touch a window or count in it, earliest first."""
    window = question.window
    for outage in _known(timeline, owed):
        counted = _counted(outage, owed)
        counts = counted is not None and window.start <= counted < window.until
        if counts or (outage.start < window.until and window.start < outage.end):
            key = question.uai, question.resource
            yield Loss(
                outage=outage,
                counted=counted,
                proposed=propose_owner(resource.kind, outage.cause, register.owner(key)),
                overrule=register.overrule(key, outage.start, outage.end),
            )


def _known(timeline: Timeline, owed: Owed) -> Iterator[Outage]:
    """Yield the outages of a life as they are known; none goes on beyond its end."""
    retired = owed.life.retired
    over = retired is not None and retired <= owed.as_of
    for start, end in owed.life.alive.clip(owed.life.born, owed.as_of):
        for outage in outages(timeline, start, end):
            yield replace(outage, ongoing=False) if over else outage


def _counted(outage: Outage, owed: Owed) -> int | None:
    due = owed.contract(outage.start, outage.end)
    return due.spans[0][0] if due else None


def interventions(
    question: Question, owed: Owed, stretches: Sequence[Stretch], found: Sequence[Loss]
) -> Iterator[Intervention]:
    """Yield the stated maintenance that touches a window, with what it takes out and overruns."""
    window = question.window
    for stated in owed.announced:
        if stated.start < window.until and window.start < stated.end:
            yield Intervention(stated, _excluded(stated, stretches), _overrun(stated, owed, found))


def _excluded(stated: Maintenance, stretches: Sequence[Stretch]) -> int:
    if not stated.counts:
        return 0
    return sum(
        max(0, min(stretch.end, stated.end) - max(stretch.start, stated.start))
        for stretch in stretches
        if stretch.due is Due.MAINTENANCE
    )


def _overrun(stated: Maintenance, owed: Owed, found: Sequence[Loss]) -> int:
    """Return the due milliseconds of the outage that goes on after the announced end."""
    return sum(
        owed.contract(stated.end, loss.outage.end).measure
        for loss in found
        if loss.outage.start <= stated.end < loss.outage.end
    )
