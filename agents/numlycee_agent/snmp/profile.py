"""What is read of each kind of device: rules that tell when it is degraded, and samples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum, inf
from typing import Any

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.catalogue import absolute, knowledge
from numlycee_agent.snmp.source import Source, Test, number, source
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Columns, Oid, Value

FOLDS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "least": min,
    "most": max,
    "sum": fsum,
    "mean": lambda figures: fsum(figures) / len(figures),
}
"""How a column becomes one figure; besides these, `count` counts the rows that pass the test."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A device is degraded, by `cause`, when one value of the source fails the test.

    With `lasting` seconds, only a row that had been `sound` for as long accuses; with `rows`, only
    a table that has as many.
    """

    source: Source
    cause: Cause
    test: Test
    short_of: Oid | None
    lasting: int = 0
    sound: frozenset[Value] = frozenset()
    rows: int = 0

    def broken(self, held: Columns) -> bool:
        """Tell whether the rule is broken by what is held."""
        if self.short_of is not None:
            whole = held.get(self.short_of, {}).get("")
            return any(
                isinstance(value, int) and isinstance(whole, int) and value < whole
                for value in self.source.values(held)
            )
        values = self.source.values(held)
        return len(values) >= self.rows and any(map(self.test, values))


@dataclass(frozen=True, slots=True)
class Gauge:
    """A sample of the wire's closed catalogue."""

    name: str
    source: Source
    scale: float
    fold: str
    test: Test

    def sample(self, held: Columns) -> float | None:
        """Return the figure, or `None` where the device does not tell."""
        values = self.source.values(held)
        if self.fold == "count":
            return float(sum(map(self.test, values))) if values else None
        figures = [figure for value in values if (figure := number(value)) is not None]
        return round(FOLDS[self.fold](figures) * self.scale, 6) if figures else None


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is read of one kind of device."""

    rules: tuple[Rule, ...]
    gauges: tuple[Gauge, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return every source, of rules and of samples."""
        return (
            *(rule.source for rule in self.rules),
            *(gauge.source for gauge in self.gauges),
        )

    @property
    def scalars(self) -> tuple[Oid, ...]:
        """Return the variables to GET, each once."""
        asked = [oid for source in self.sources if not source.table for oid in source.columns]
        asked += [rule.short_of for rule in self.rules if rule.short_of]
        return tuple(dict.fromkeys(asked))


@cache
def profile_of(kind: Kind) -> Profile:
    """Return the package's own profile of a kind."""
    known = knowledge()
    return Profile(
        tuple(_rule(row) for row in known["rule"] if kind in row["kinds"]),
        tuple(
            _gauge(row)
            for row in sorted(known["gauge"], key=lambda row: row.get("guess", False))
            if kind in row["kinds"]
        ),
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    short_of = absolute(row["short_of"]) if "short_of" in row else None
    sound = frozenset(row.get("sound", ()))
    lasting, rows = row.get("lasting", 0), row.get("rows", 0)
    return Rule(source(row), Cause(row["cause"]), _test(row), short_of, lasting, sound, rows)


def _gauge(row: Mapping[str, Any]) -> Gauge:
    fold = row.get("fold", "least")
    return Gauge(row["name"], source(row), row.get("scale", 1), fold, _test(row))


def _test(row: Mapping[str, Any]) -> Test:
    if "in" in row:
        return _one_of(frozenset(row["in"]))
    if "bits" in row:
        return _any_bit(row["bits"])
    if "above" in row or "below" in row:
        above, below = row.get("above", inf), row.get("below", -inf)
        return lambda value: isinstance(value, int | float) and (value > above or value < below)
    return _any


def _any(_: Value) -> bool:
    return True


def _one_of(expected: frozenset[int | str]) -> Test:
    return lambda value: (text(value) if isinstance(value, bytes) else value) in expected


def _any_bit(bits: list[int]) -> Test:
    mask = sum(1 << bit for bit in bits)

    def test(value: Value) -> bool:
        if not isinstance(value, bytes):
            return False
        # BITS count from the highest bit of the first octet (RFC 2578 §7.1.4).
        told = sum(1 << at for at in range(8 * len(value)) if value[at // 8] >> (7 - at % 8) & 1)
        return bool(told & mask)

    return test
