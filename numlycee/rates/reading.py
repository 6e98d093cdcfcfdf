"""From the stored history to columns: what needs no judgement goes straight through."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.domain.register import SILENT, Key, Lifetime, Register
from numlycee.domain.timeline import Timeline, restrict
from numlycee.rates.accounts import SiteAccount, site_account
from numlycee.rates.columns import (
    Columns,
    Numbers,
    Row,
    SpellColumns,
    Subject,
    in_order,
    joined,
    rows_of,
    spell_columns,
)
from numlycee.rates.hold import uncollected
from numlycee.rates.integral import LINE, Integral, ints
from numlycee.rates.life import life
from numlycee.rates.outside import outside, watched
from numlycee.rates.ports import CoverageRow, History, SpellRow
from numlycee.rates.spelltable import NOBODY, SpellTable

EVER = (0, LINE)
UNBORN = -1
"""In place of a group: listed, but by no inventory that was in force while anything was covered."""


@dataclass(slots=True)
class _Draft:
    """Columns under construction."""

    subjects: list[Subject] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    groups: list[IntervalSet] = field(default_factory=list)
    born: list[int] = field(default_factory=list)
    retired: list[int] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)
    accounts: dict[str, SiteAccount] = field(default_factory=dict)
    judged: set[int] = field(default_factory=set)

    def add(self, uai: str, account: SiteAccount, register: Register) -> None:
        self.accounts[uai] = account
        shared: dict[object, int] = {}
        for name, resource in account.resources.items():
            lent, lifetime = account.lent(name), register.lifetime((uai, name))
            key = (name if lent else account.listing[name], lifetime)
            if key not in shared:
                shared[key] = self._group(account, name, lifetime)
            if shared[key] == UNBORN:
                continue
            subject = self.index[uai, name] = len(self.subjects)
            self.subjects.append(Subject(uai, resource))
            self.group.append(shared[key])
            if lent or not account.site.plain:
                self.judged.add(subject)

    def _group(self, account: SiteAccount, name: str, lifetime: Lifetime) -> int:
        """Return a new group for a resource and those like it, `UNBORN` if none was covered."""
        listed = account.born(name)
        if listed is None:
            return UNBORN
        born, retired = life(listed, lifetime)
        self.groups.append(account.seen(name).clip(0, retired))
        self.born.append(born)
        self.retired.append(retired)
        return len(self.groups) - 1


@dataclass(frozen=True, slots=True)
class Past:
    """What was read: the resources of sites, and what the centre saw of services they share."""

    columns: Columns
    outside: Mapping[str, Timeline]


@uncollected()
def read(history: History, uais: Collection[str], register: Register = SILENT) -> Past:
    """Read the whole history of the sites of a fleet; rows of other sites are left aside."""
    draft, accounts = _Draft(), _accounts(history, uais)
    for uai, account in accounts.items():
        draft.add(uai, account, register)
    covered = Integral.of(draft.groups)
    table = SpellTable.holding(history.spells(*EVER))
    columns = Columns(
        tuple(draft.subjects),
        ints(draft.group),
        ints(draft.born),
        ints(draft.retired),
        covered,
        _spells(draft, covered, table),
    )
    return Past(columns, _outside_views(accounts, table))


def _outside_views(
    accounts: Mapping[str, SiteAccount], table: SpellTable
) -> Mapping[str, Timeline]:
    keys = watched(accounts)
    if not keys:
        return {}
    index = dict.fromkeys(keys, 0)
    return outside(accounts, keys, list(table.take(table.subjects(index) != NOBODY)))


def _accounts(history: History, uais: Collection[str]) -> Mapping[str, SiteAccount]:
    inventories: dict[str, list[Inventory]] = defaultdict(list)
    births: dict[str, dict[str, int]] = defaultdict(dict)
    coverage: dict[str, list[CoverageRow]] = defaultdict(list)
    for uai, inventory in history.inventories():
        inventories[uai].append(inventory)
    for uai, digest, instant in history.births():
        births[uai][digest] = min(instant, births[uai].get(digest, instant))
    for row in history.coverage(*EVER):
        coverage[row.uai].append(row)
    return {uai: site_account(inventories[uai], births[uai], coverage[uai]) for uai in sorted(uais)}


def _spells(draft: _Draft, covered: Integral, table: SpellTable) -> SpellColumns:
    """Return the rows as they stand, but those of subjects that need judgement by the rules."""
    subjects = table.subjects(draft.index)
    seen_here = np.array([run.vantage is Vantage.SITE for run in table.runs], dtype=bool)
    plain = _plain(table, subjects, seen_here[table.run] & (subjects != NOBODY))
    judged = draft.judged | _outside(draft, covered, plain)
    if not judged:
        return in_order(plain)
    apart = np.zeros(len(draft.subjects) + 1, dtype=bool)  # the last one stands for nobody
    apart[list(judged)] = True
    left = plain.take(~apart[plain.subject])
    return in_order(joined(left, _judged(draft, table.take(apart[subjects]), judged)))


def _plain(table: SpellTable, subjects: Numbers, seen: npt.NDArray[np.bool_]) -> SpellColumns:
    spells = SpellColumns(subjects, table.start, table.end, table.state, table.cause)
    return spells if seen.all() else spells.take(seen)


def _judged(draft: _Draft, table: SpellTable, judged: set[int]) -> SpellColumns:
    """Return the spells of the subjects that need judgement, by the readable rules."""
    apart: dict[int, list[SpellRow]] = {subject: [] for subject in judged}
    for row in table:
        apart[draft.index[row.uai, row.resource]].append(row)
    result: list[Row] = []
    for subject, own in apart.items():
        name = draft.subjects[subject]
        timeline = draft.accounts[name.uai].timeline(name.resource.id, own)
        alive = IntervalSet(((0, draft.retired[draft.group[subject]]),))
        result += rows_of(subject, restrict(timeline.spells, alive))
    return spell_columns(result)


def _outside(draft: _Draft, covered: Integral, spells: SpellColumns) -> set[int]:
    """Return the subjects with a spell that leaves what is covered under a list naming them."""
    line = ints(draft.group)[spells.subject] * LINE
    start, end = spells.start, spells.end
    inside = covered(line + end) - covered(line + start) == end - start
    return set(np.unique(spells.subject[~inside]).tolist())
