"""What differs between two editions, as values."""

from dataclasses import dataclass

from numlycee.domain.tallies import Rate, Tally


@dataclass(frozen=True, slots=True)
class Standing:
    """What one edition says of one line; the verdict is empty where nothing was promised.

    Without a number of outages it is what an owner answers for: the time lost alone.
    """

    tally: Tally
    outages: int | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One line that differs between two editions: a class in a place, or what an owner lost.

    Without a standing `before` the line is new, without one `after` it is gone. All in the words
    of the published tables.
    """

    resource_class: str
    level: str
    code: str
    name: str
    hours: str
    before: Standing | None
    after: Standing | None

    @property
    def moved(self) -> Tally:
        """Return the difference of each duration."""
        old, new = (s.tally if s else Tally() for s in (self.before, self.after))
        return new - old

    @property
    def gap(self) -> Rate:
        """Return the exact difference of the known rates, not measured unless both are."""
        return difference(_known(self.after), _known(self.before))

    @property
    def weight(self) -> int:
        """Return the largest of the differences in required, observed and lost milliseconds."""
        moved = self.moved
        return max(map(abs, (moved.required, moved.required - moved.unobserved, moved.down)))


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the last edition that was declared final, and the reasons proven.

    `lines` go from the heaviest to the lightest; `others` are the titles of the other tables that
    differ.
    """

    since: int
    digest: str
    reasons: tuple[str, ...]
    lines: tuple[Change, ...]
    others: tuple[str, ...]


def difference(one: Rate, other: Rate) -> Rate:
    """Return ``one - other``, exact; not measured unless both are."""
    return Rate(
        one.numerator * other.denominator - other.numerator * one.denominator,
        one.denominator * other.denominator,
    )


def _known(standing: Standing | None) -> Rate:
    told = standing and standing.outages is not None
    return standing.tally.known if standing and told else Rate(0, 0)
