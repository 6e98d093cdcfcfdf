"""All conventions over one resource or several, beside numlycee's own figure."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from numlycee.conventions import (
    centreon,
    checkmk,
    icinga,
    outage_books,
    samples,
    telecom,
    zabbix,
)
from numlycee.conventions.model import Case, Convention
from numlycee.conventions.steps import Parts, Step, merged, parts, steps
from numlycee.conventions.words import why
from numlycee.domain.tallies import NOTHING, Rate, Tally, tally

CONVENTIONS: tuple[Convention, ...] = (
    *zabbix.CONVENTIONS,
    *icinga.CONVENTIONS,
    *centreon.CONVENTIONS,
    *checkmk.CONVENTIONS,
    *outage_books.CONVENTIONS,
    *samples.CONVENTIONS,
    *telecom.CONVENTIONS,
)

Progress = Callable[[int], None]
"""Told how many resources are counted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A convention's figure for `measured` resources (None without any), and why it differs.

    Of several resources the rate is the mean of theirs, and the steps are added up.
    """

    convention: Convention
    rate: Rate | None
    measured: int
    steps: tuple[Step, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """numlycee's own tally, and every answer: the least rate first, no figure last."""

    own: Tally
    resources: int
    answers: tuple[Answer, ...]


@dataclass(slots=True)
class _Draft:
    """What was gathered of one convention over the resources."""

    convention: Convention
    rates: list[Rate] = field(default_factory=list)
    steps: tuple[Step, ...] = ()
    notes: Counter[str] = field(default_factory=Counter)

    def take(self, case: Case, divided: Parts) -> None:
        account = self.convention.rule(case)
        if account.rate.denominator:
            self.rates.append(account.rate)
        self.steps = merged([*self.steps, *steps(account, divided)])
        if account.note:
            self.notes[account.note] += 1

    def answer(self, own: Tally, resources: int) -> Answer:
        taken = self.steps if self.rates else None
        text = why(own, taken, self.notes, resources)
        return Answer(self.convention, mean(self.rates), len(self.rates), self.steps, text)


def compare(
    cases: Sequence[Case],
    conventions: Sequence[Convention] = CONVENTIONS,
    progress: Progress | None = None,
) -> Comparison:
    """Count every case by every convention; the same cases give an equal comparison."""
    drafts = [_Draft(convention) for convention in conventions]
    own = NOTHING
    for done, case in enumerate(cases, start=1):
        divided = parts(case)
        own += tally(case.timeline, (case.service.owed & case.life) - case.maintenance)
        for draft in drafts:
            draft.take(case, divided)
        if progress is not None:
            progress(done)
    answers = (draft.answer(own, len(cases)) for draft in drafts)
    return Comparison(own, len(cases), tuple(sorted(answers, key=_place)))


def mean(rates: Sequence[Rate]) -> Rate | None:
    """Return the exact mean of measured rates, None of none."""
    if len(rates) < 2:  # noqa: PLR2004 (one rate is its own mean, left as it was counted)
        return rates[0] if rates else None
    return Rate(*(sum(map(_ratio, rates), Fraction()) / len(rates)).as_integer_ratio())


def _ratio(rate: Rate) -> Fraction:
    return Fraction(rate.numerator, rate.denominator)


def _place(answer: Answer) -> tuple[bool, Fraction, str]:
    rate = answer.rate
    return rate is None, Fraction() if rate is None else _ratio(rate), answer.convention.key
