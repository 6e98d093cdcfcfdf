"""How the lycées of a place stand beside one another: what a total alone would hide."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from numlycee.domain.objectives import Verdict
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate, total
from numlycee.rates.model import Figures

LOW, MIDDLE, HIGH = 5, 50, 95


@dataclass(frozen=True, slots=True)
class Distribution:
    """How measured rates spread: P5, median and P95, each the rate of a real lycée."""

    measured: int
    lowest: Rate
    median: Rate
    highest: Rate
    unmeasured: int = 0

    @property
    def spread(self) -> Rate:
        """Return P95 − P5, exact, as a rate."""
        high, low = self.highest, self.lowest
        return Rate(
            high.numerator * low.denominator - low.numerator * high.denominator,
            high.denominator * low.denominator,
        )


def distribution(rates: Iterable[Rate]) -> Distribution:
    """Return how rates spread, by nearest rank: of n in order, Pp is the ⌈pn/100⌉-th.

    Those that were not measured are left out, and counted; without any, nothing is measured.
    """
    told = list(rates)
    ordered = sorted((rate for rate in told if rate.denominator), key=_exact)
    count = len(ordered)
    if not count:
        return Distribution(0, Rate(0, 0), Rate(0, 0), Rate(0, 0), len(told))
    low, middle, high = (ordered[-(-count * p // 100) - 1] for p in (LOW, MIDDLE, HIGH))
    return Distribution(count, low, middle, high, len(told) - count)


def weighted(pairs: Iterable[tuple[int, Rate]]) -> Rate:
    """Return the ratio of sums with each rate weighing so many pupils; the unmeasured add nothing.

    With rates of one class, numerators and denominators are milliseconds: each pupil counts with
    the time that the lycée owed.
    """
    measured = [(weight, rate) for weight, rate in pairs if rate.denominator]
    return Rate(
        sum(weight * rate.numerator for weight, rate in measured),
        sum(weight * rate.denominator for weight, rate in measured),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """One class of one lycée over a window; `verdict` is None where nothing was promised."""

    site: Site
    figures: Figures
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Spread:
    """What is printed beside a total, for one class of some lycées.

    `by_time` is the known rate of their sums, `by_pupils` the same with each lycée weighing its
    pupils, between `by_pupils_low` and `by_pupils_high`. `clear` counts measured lycées without an
    outage, `verdicts` those that met, missed … what was promised to them.
    """

    distribution: Distribution
    by_time: Rate
    by_pupils: Rate
    by_pupils_low: Rate
    by_pupils_high: Rate
    clear: int
    verdicts: Mapping[Verdict, int]


def spread(lycees: Iterable[Standing]) -> Spread:
    """Return how lycées stand beside one another."""
    lycees = list(lycees)
    tallies = [one.figures.contract for one in lycees]
    pupils = [one.site.enrolment for one in lycees]
    known = [tally.known for tally in tallies]
    return Spread(
        distribution=distribution(known),
        by_time=total(tallies).known,
        by_pupils=weighted(zip(pupils, known, strict=True)),
        by_pupils_low=weighted((n, t.low) for n, t in zip(pupils, tallies, strict=True)),
        by_pupils_high=weighted((n, t.high) for n, t in zip(pupils, tallies, strict=True)),
        clear=sum(one.figures.outages == 0 and _measured(one) for one in lycees),
        verdicts=Counter(one.verdict for one in lycees if one.verdict),
    )


def _measured(one: Standing) -> bool:
    return one.figures.contract.known.denominator > 0


def _exact(rate: Rate) -> Fraction:
    return Fraction(rate.numerator, rate.denominator)
