"""Bins: what is counted together, be it each subject for itself or all of one class in a site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from numlycee.rates.integral import Ints


@dataclass(frozen=True, slots=True)
class Bins:
    """A partition of the subjects: `of` is the bin of each subject.

    The population is laid down by group: the n-th line says that `number[n]` subjects of the group
    `group[n]` are in the bin `bin[n]`. What subjects of one group share is so counted once.
    """

    size: int
    of: Ints
    group: Ints
    bin: Ints
    number: Ints

    @classmethod
    def over(cls, of: Ints, size: int, group: Ints) -> Self:
        """Return the partition that `of` describes of subjects in these groups."""
        pairs, number = np.unique(group * size + of, return_counts=True)
        return cls(size, of, pairs // size, pairs % size, number)

    @classmethod
    def alone(cls, group: Ints) -> Self:
        """Return one bin for each subject."""
        each = np.arange(len(group))
        return cls(len(group), each, group, each, np.ones_like(each))

    def part(self, subjects: Ints, group: Ints) -> "Bins":
        """Return the same bins for some subjects only, whose groups were renumbered."""
        return Bins.over(self.of[subjects], self.size, group)

    def gathered(self, of_groups: Sequence[Ints]) -> Ints:
        """Return what each bin has when each of its subjects has what its group has, as rows."""
        result = np.zeros((self.size, len(of_groups)), dtype=np.int64)
        for column, values in enumerate(of_groups):
            np.add.at(result[:, column], self.bin, self.number * values[self.group])
        return result
