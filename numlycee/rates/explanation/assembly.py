"""From rows and statements to the explanation of one figure, by the readable rules alone."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from numlycee.domain.calendars import Calendar
from numlycee.domain.composites import Composite
from numlycee.domain.intervals import IntervalSet
from numlycee.domain.register import Register
from numlycee.domain.sites import Site
from numlycee.domain.tallies import total
from numlycee.domain.timeline import Spell
from numlycee.rates.explanation.losses import interventions, losses
from numlycee.rates.explanation.model import Due, Explanation, Question, Reading, Rule, Stretch
from numlycee.rates.explanation.owed import Owed, calendar_of, timetable
from numlycee.rates.explanation.ports import Evidence
from numlycee.rates.explanation.subjects import Observed, Witness

NOBODY = Reading(Rule.NOBODY)


def explain(
    evidence: Evidence,
    sites: Mapping[str, Site],
    calendars: Mapping[str, Calendar],
    register: Register,
    question: Question,
    composites: Sequence[Composite] = (),
) -> Explanation:
    """Return the facts that make a figure; raises `UnknownSubjectError`."""
    read = Witness(evidence, sites, register, composites).observed(question)
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
        compositions=read.compositions,
        contract=total(s.tally for s in stretches if s.due is Due.DUE),
        felt=total(s.tally for s in stretches if s.due in (Due.DUE, Due.MAINTENANCE)),
    )


def _meets(spell: Spell, start: int, end: int) -> bool:
    return spell.start < end and start < spell.end


def _stretches(read: Observed, owed: Owed, start: int, end: int) -> Iterator[Stretch]:
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
