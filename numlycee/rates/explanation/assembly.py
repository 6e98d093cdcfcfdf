"""From rows and statements to the explanation of one figure, by the readable rules alone."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from numlycee.domain.calendars import Calendar
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Resource
from numlycee.domain.register import Register
from numlycee.domain.sites import Site
from numlycee.domain.tallies import total
from numlycee.domain.timeline import Spell, Timeline
from numlycee.rates.explanation.losses import interventions, losses
from numlycee.rates.explanation.model import (
    Ballots,
    Due,
    Explanation,
    Life,
    Listing,
    Poll,
    Question,
    Reading,
    Rule,
    Run,
    Stretch,
)
from numlycee.rates.explanation.owed import Owed, calendar_of, timetable
from numlycee.rates.explanation.ports import Evidence
from numlycee.rates.explanation.reading import (
    Source,
    listings,
    lived,
    runs,
    site_evidence,
    sources,
)
from numlycee.rates.explanation.voting import assembly, most_failing, shared_services
from numlycee.settings import nearest

NOBODY = Reading(Rule.NOBODY)


class UnknownSubjectError(LookupError):
    """A site or a resource that nothing is known of; the message names the nearest known."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was observed of one resource, and who is read."""

    site: Site | None
    resource: Resource
    life: Life
    timeline: Timeline
    sources: Sequence[Source]
    runs: tuple[Run, ...] = ()
    lists: tuple[Listing, ...] = ()
    polls: tuple[Poll, ...] = ()
    ballots: Ballots | None = None


def explain(
    evidence: Evidence,
    sites: Mapping[str, Site],
    calendars: Mapping[str, Calendar],
    register: Register,
    question: Question,
) -> Explanation:
    """Return the facts that make a figure; raises `UnknownSubjectError`."""
    assembled = _site if question.uai else _shared
    read = assembled(evidence, register, sites, question)
    key, window = (question.uai, question.resource), question.window
    own = calendars[read.site.calendar if read.site else ""]
    owed = Owed(
        calendar=calendar_of(question.hours, own),
        zone=calendars[""].zone,
        life=read.life,
        announced=register.announced(key),
        as_of=window.as_of,
    )
    stretches = tuple(_stretches(read, owed, window.start, window.until))
    found = tuple(losses(question, read.resource, read.timeline, owed, register))
    return Explanation(
        question=question,
        site=read.site,
        resource=read.resource,
        timetable=timetable(owed, window),
        life=owed.life,
        runs=read.runs,
        lists=read.lists,
        interventions=tuple(interventions(question, owed, stretches, found)),
        spells=tuple(s for s in read.timeline.spells if _meets(s, window.start, window.until)),
        stretches=stretches,
        losses=found,
        polls=read.polls,
        ballots=read.ballots,
        contract=total(s.tally for s in stretches if s.due is Due.DUE),
        felt=total(s.tally for s in stretches if s.due in (Due.DUE, Due.MAINTENANCE)),
    )


def _meets(spell: Spell, start: int, end: int) -> bool:
    return spell.start < end and start < spell.end


def _site(
    evidence: Evidence, register: Register, sites: Mapping[str, Site], question: Question
) -> _Read:
    site = sites.get(question.uai)
    if site is None:
        raise UnknownSubjectError(_unknown(question.uai, sites, "établissement inconnu"))
    told = site_evidence(evidence, register, site.uai)
    resource = told.resource(question.resource)
    if resource is None:
        where = f"ressource jamais observée à {site.uai}"
        raise UnknownSubjectError(_unknown(question.resource, told.names(), where))
    timeline = told.timeline(resource.id)
    return _Read(
        site=site,
        resource=resource,
        life=told.life(resource.id),
        timeline=timeline,
        sources=sources(told, resource.id, timeline),
        runs=tuple(runs(told, question.window)),
        lists=tuple(listings(told, resource.id, question.window)),
    )


def _shared(
    evidence: Evidence, register: Register, sites: Mapping[str, Site], question: Question
) -> _Read:
    told = [site_evidence(evidence, register, uai) for uai in sorted(sites)]
    known = shared_services(told)
    if question.resource not in known:
        where = "service que les lycées ne partagent pas"
        raise UnknownSubjectError(_unknown(question.resource, known, where))
    vote = assembly(question.resource, told)
    window = question.window
    life = Life(vote.listed, register.lifetime(("", question.resource)))
    polls = tuple(vote.polls(window.start, max(window.start, window.until)))
    at = most_failing(polls) if question.at is None else question.at
    return _Read(
        site=None,
        resource=vote.resource,
        life=life,
        timeline=lived(vote.timeline(life.born, window.as_of), life),
        sources=vote.sources(polls),
        polls=polls,
        ballots=None if at is None else vote.at(at),
    )


def _unknown(word: str, known: Iterable[str], reason: str) -> str:
    names = sorted(known)
    close = nearest(word, names)
    if close:
        return f"{word} : {reason} ; vouliez-vous dire {close} ?"
    shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
    return f"{word} : {reason} ; connus : {shown or 'aucun'}"


_SHOWN = 8


def _stretches(read: _Read, owed: Owed, start: int, end: int) -> Iterator[Stretch]:
    """Yield the window's stretches, each as long as nothing changes in it."""
    opening, apart = owed.opening(start, end), owed.apart
    alive = owed.life.alive.clip(start, end)
    here = [(instants & alive, reading) for instants, reading in read.sources]
    fixed = {owed.life.born, *_bounds(opening, apart, alive)}
    marks = sorted(fixed.union(*(_bounds(instants) for instants, _ in here)))
    last: Stretch | None = None
    for spell in read.timeline.segments(start, end) if start < end else ():
        inside = marks[bisect_right(marks, spell.start) : bisect_left(marks, spell.end)]
        for at, until in pairwise((spell.start, *inside, spell.end)):
            due = owed.due(at, opening, apart)
            reading = next((reading for instants, reading in here if at in instants), NOBODY)
            made = Stretch(at, until, spell.state, spell.cause, due, reading)
            if last and replace(made, start=last.start, end=last.end) == last:
                last = replace(last, end=until)
                continue
            if last:
                yield last
            last = made
    if last:
        yield last


def _bounds(*sets: IntervalSet) -> Iterator[int]:
    for instants in sets:
        for span in instants:
            yield from span
