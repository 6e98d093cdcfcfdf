"""What is read of each kind of device: rules that tell when it is degraded, and samples."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.catalogue import absolute
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Columns, Oid, Value

Fold = Literal["least", "most", "count"]
Test = Callable[[float | str | bytes], bool]


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: a variable or a column, divided by another, rows left out."""

    oid: Oid
    table: bool
    of: Oid | None
    where: tuple[Oid, Value] | None
    ignore: frozenset[Value]
    every: int

    @property
    def columns(self) -> tuple[Oid, ...]:
        """Return every column (or variable) that must be read."""
        asked = (self.oid, self.of, self.where and self.where[0])
        return tuple(oid for oid in asked if oid)

    def values(self, held: Columns) -> list[float | str | bytes]:
        """Return what there is to judge; a division by what is no size gives nothing."""
        found = []
        for index, value in held.get(self.oid, {}).items():
            if value in self.ignore or not self._kept(held, index):
                continue
            divided = self._divided(held, index, value)
            if divided is not None:
                found.append(divided)
        return found

    def _kept(self, held: Columns, index: str) -> bool:
        return self.where is None or held.get(self.where[0], {}).get(index) == self.where[1]

    def _divided(self, held: Columns, index: str, value: Value) -> float | str | bytes | None:
        if self.of is None:
            return value
        whole = held.get(self.of, {}).get(index)
        if not isinstance(value, int) or not isinstance(whole, int) or whole <= 0 or value < 0:
            return None
        return value / whole


@dataclass(frozen=True, slots=True)
class Rule:
    """A device is degraded, by `cause`, when one value of the source fails the test."""

    source: Source
    cause: Cause
    test: Test
    short_of: Oid | None

    def broken(self, held: Columns) -> bool:
        """Tell whether the rule is broken by what is held."""
        if self.short_of is not None:
            whole = held.get(self.short_of, {}).get("")
            return any(
                isinstance(value, int) and isinstance(whole, int) and value < whole
                for value in self.source.values(held)
            )
        return any(self.test(value) for value in self.source.values(held))


@dataclass(frozen=True, slots=True)
class Gauge:
    """A sample of the wire's closed catalogue."""

    name: str
    source: Source
    scale: float
    fold: Fold
    test: Test

    def sample(self, held: Columns) -> float | None:
        """Return the figure, or `None` where the device does not tell."""
        values = self.source.values(held)
        if self.fold == "count":
            return float(sum(map(self.test, values))) if values else None
        numbers = [value for value in values if isinstance(value, int | float)]
        if not numbers:
            return None
        return round((max if self.fold == "most" else min)(numbers) * self.scale, 6)


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
    data = _data()
    return Profile(
        tuple(_rule(row) for row in data["rule"] if kind in row["kinds"]),
        tuple(_gauge(row) for row in data["gauge"] if kind in row["kinds"]),
    )


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data/state.toml").read_text("utf-8"))


def _source(row: Mapping[str, Any]) -> Source:
    where = row.get("where")
    return Source(
        absolute(row.get("get") or row["column"]),
        "column" in row,
        absolute(row["of"]) if "of" in row else None,
        (absolute(where["column"]), absolute(where["is"])) if where else None,
        frozenset(row.get("ignore", ())),
        row.get("every", 0),
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    short_of = absolute(row["short_of"]) if "short_of" in row else None
    return Rule(_source(row), Cause(row["cause"]), _test(row), short_of)


def _gauge(row: Mapping[str, Any]) -> Gauge:
    return Gauge(
        row["name"], _source(row), row.get("scale", 1), row.get("fold", "least"), _test(row)
    )


def _test(row: Mapping[str, Any]) -> Test:
    if "in" in row:
        return _one_of(frozenset(row["in"]))
    if "bits" in row:
        return _any_bit(row["bits"])
    above, below = row.get("above", float("inf")), row.get("below", float("-inf"))
    return lambda value: isinstance(value, int | float) and (value > above or value < below)


def _one_of(expected: frozenset[int | str]) -> Test:
    return lambda value: (text(value) if isinstance(value, bytes) else value) in expected


def _any_bit(bits: list[int]) -> Test:
    mask = sum(1 << bit for bit in bits)

    def test(value: float | str | bytes) -> bool:
        if not isinstance(value, bytes):
            return False
        # BITS count from the highest bit of the first octet (RFC 2578 §7.1.4).
        told = sum(1 << at for at in range(8 * len(value)) if value[at // 8] >> (7 - at % 8) & 1)
        return bool(told & mask)

    return test
