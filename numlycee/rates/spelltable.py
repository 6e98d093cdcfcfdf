"""Stored spells as columns: a million rows without a million objects."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from numlycee.domain.inventory import Vantage
from numlycee.domain.register import Key
from numlycee.rates.columns import (
    CAUSE_CODE,
    CAUSES,
    STATE_CODE,
    STATES,
    Codes,
    Numbers,
    codes,
    numbers,
)
from numlycee.rates.integral import Ints, ints
from numlycee.rates.ports import SpellRow

NOBODY = -1
"""In place of the number of a subject: a resource that was not asked for."""


class Run(NamedTuple):
    """One run of a vantage, as in `SpellRow`."""

    uai: str
    vantage: Vantage
    run: str
    began: int


@dataclass(frozen=True, slots=True)
class SpellTable:
    """Spell rows in any order: row n is what `runs[run[n]]` saw of the resource `names[name[n]]`.

    States and causes are kept by their code.
    """

    runs: Sequence[Run]
    names: Sequence[str]
    run: Numbers
    name: Numbers
    start: Ints
    end: Ints
    state: Codes
    cause: Codes

    @classmethod
    def holding(cls, rows: Iterable[SpellRow]) -> "SpellTable":
        """Return rows as columns, at no cost if that is what they are."""
        return rows if isinstance(rows, SpellTable) else cls._of(rows)

    @classmethod
    def _of(cls, rows: Iterable[SpellRow]) -> Self:
        runs: dict[Run, int] = {}
        names: dict[str, int] = {}
        table = [
            (
                runs.setdefault(Run(row.uai, row.vantage, row.run, row.began), len(runs)),
                names.setdefault(row.resource, len(names)),
                row.start,
                row.end,
                STATE_CODE[row.state],
                CAUSE_CODE[row.cause],
            )
            for row in rows
        ]
        run, name, start, end, state, cause = (
            ints([x for row in table for x in row]).reshape(-1, 6).T
        )
        return cls(
            tuple(runs), tuple(names), numbers(run), numbers(name), start, end,
            codes(state), codes(cause),
        )  # fmt: skip

    def subjects(self, index: Mapping[Key, int]) -> Numbers:
        """Return the number that the index gives to UAI and resource of each row, or `NOBODY`."""
        site = {uai: n for n, uai in enumerate(dict.fromkeys(run.uai for run in self.runs))}
        name = {name: n for n, name in enumerate(self.names)}
        known = sorted(
            (site[uai] * len(name) + name[resource], subject)
            for (uai, resource), subject in index.items()
            if uai in site and resource in name
        )
        keys, subject = ints([x for pair in known for x in pair] or [-1, NOBODY]).reshape(-1, 2).T
        row = ints([site[run.uai] for run in self.runs])[self.run] * len(name) + self.name
        place = np.minimum(np.searchsorted(keys, row), len(keys) - 1)
        return numbers(np.where(keys[place] == row, subject[place], NOBODY))

    def take(self, chosen: npt.NDArray[np.bool_] | Ints) -> "SpellTable":
        """Return the chosen rows."""
        return SpellTable(
            self.runs,
            self.names,
            self.run[chosen],
            self.name[chosen],
            self.start[chosen],
            self.end[chosen],
            self.state[chosen],
            self.cause[chosen],
        )

    def __iter__(self) -> Iterator[SpellRow]:
        """Yield the rows one by one."""
        columns = (self.run, self.name, self.start, self.end, self.state, self.cause)
        for run, name, start, end, state, cause in zip(*(c.tolist() for c in columns), strict=True):
            uai, vantage, label, began = self.runs[run]
            yield SpellRow(
                uai, self.names[name], vantage, label, began,
                STATES[state], CAUSES[cause], start, end,
            )  # fmt: skip
