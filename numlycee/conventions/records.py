"""A comparison as data: one document with every step, and its lines as records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from numlycee.conventions.compare import Answer, Comparison
from numlycee.conventions.steps import Step
from numlycee.domain.tallies import Rate, Tally

Record = Mapping[str, str | int | float | None]
"""One line by the name of its fields; None, or no field, where nothing can be said."""

DECIMALS = 4
_UNIT = 10**DECIMALS
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Report:
    """A comparison, of what and when: `subject` in words, `key` as it was asked for."""

    name: str
    start: int
    end: int
    as_of: int
    zone: str
    subject: str
    key: str
    comparison: Comparison
    simulated: bool = False

    @property
    def own(self) -> Tally:
        """Return numlycee's own tally."""
        return self.comparison.own


def points(rate: Rate | None, own: Tally) -> int | None:
    """Return how many ten-thousandths of a point a printed rate lies above numlycee's own."""
    theirs = None if rate is None else rate.truncated(DECIMALS)
    ours = own.known.truncated(DECIMALS)
    return None if theirs is None or ours is None else theirs - ours


def signed(away: int | None) -> str:
    """Write ten-thousandths of a point in French: « +0,0123 », « −16,9280 », nothing for None."""
    if away is None:
        return ""
    whole, fraction = divmod(abs(away), _UNIT)
    return f"{_MINUS if away < 0 else '+'}{whole},{fraction:0{DECIMALS}d}"


def document(report: Report) -> Mapping[str, object]:
    """Return the whole report: numlycee's tally with its rates, then every convention."""
    own, comparison = report.own, report.comparison
    return {
        **_period(report),
        "zone": report.zone,
        "simulated": report.simulated,
        "subject": report.subject,
        "resources": comparison.resources,
        "numlycee": {
            **{f"{name}_ms": getattr(own, name) for name in Tally.__slots__},
            **{
                f"{name}_percent": percent(getattr(own, name))
                for name in ("known", "low", "high", "coverage")
            },
        },
        "conventions": [
            {**_answer(report, answer), "steps": [_step(step) for step in answer.steps]}
            for answer in comparison.answers
        ],
    }


def records(report: Report) -> Iterator[Record]:
    """Yield numlycee's line, then each convention's, under the names of `FIELDS`."""
    own = report.own
    yield {
        **_period(report),
        "convention": "numlycee",
        "name": "numlycee, taux connu",
        "percent": percent(own.known),
        "low_percent": percent(own.low),
        "high_percent": percent(own.high),
        "measured": report.comparison.resources,
    }
    for answer in report.comparison.answers:
        line = _answer(report, answer)
        yield {**_period(report), **{name: line[name] for name in _SIMPLE}}


_SIMPLE = (
    "convention", "name", "percent", "difference_points", "measured", "why", "counts", "sees",
    "pools", "source", "version", "evidence",
)  # fmt: skip
FIELDS = (
    "window", "start_ms", "end_ms", "as_of_ms", "asked", *_SIMPLE[:3], "low_percent",
    "high_percent", *_SIMPLE[3:],
)  # fmt: skip


def percent(rate: Rate | None) -> float | None:
    """Return a percentage cut, not rounded, at four decimals."""
    cut = None if rate is None else rate.truncated(DECIMALS)
    return None if cut is None else cut / _UNIT


def _answer(report: Report, answer: Answer) -> Record:
    convention, away = answer.convention, points(answer.rate, report.own)
    source = convention.source
    return {
        "convention": convention.key,
        "name": convention.title,
        "percent": percent(answer.rate),
        "difference_points": None if away is None else away / _UNIT,
        "measured": answer.measured,
        "why": answer.explanation,
        "counts": convention.counts,
        "sees": convention.sees,
        "pools": convention.pools,
        "source": source.address,
        "version": source.version,
        "evidence": source.evidence.value,
    }


def _step(step: Step) -> Mapping[str, str | int]:
    return {
        "part": step.part.value,
        "service_ms": step.good,
        "failure_ms": step.bad,
        "left_out_ms": step.left,
    }


def _period(report: Report) -> dict[str, str | int]:
    return {
        "window": report.name,
        "start_ms": report.start,
        "end_ms": report.end,
        "as_of_ms": report.as_of,
        "asked": report.key,
    }
