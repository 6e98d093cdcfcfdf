"""From the stored history to columns: what needs no judgement goes straight through."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from numlycee.domain.intervals import IntervalSet
from numlycee.domain.inventory import Inventory, Vantage
from numlycee.domain.register import SILENT, Register
from numlycee.domain.timeline import restrict
from numlycee.rates.accounts import SiteAccount, site_account
from numlycee.rates.columns import (
    CAUSE_CODE,
    STATE_CODE,
    Columns,
    Row,
    Subject,
    rows_of,
    spell_columns,
)
from numlycee.rates.integral import LINE, Integral, ints
from numlycee.rates.life import life
from numlycee.rates.ports import CoverageRow, History, SpellRow

EVER = (0, LINE)


@dataclass(slots=True)
class _Draft:
    """Columns under construction."""

    subjects: list[Subject] = field(default_factory=list)
    group: list[int] = field(default_factory=list)
    groups: list[IntervalSet] = field(default_factory=list)
    born: list[int] = field(default_factory=list)
    retired: list[int] = field(default_factory=list)
    index: dict[tuple[str, str], int] = field(default_factory=dict)
    accounts: dict[str, SiteAccount] = field(default_factory=dict)
    judged: set[int] = field(default_factory=set)

    def add(self, uai: str, account: SiteAccount, register: Register) -> None:
        self.accounts[uai] = account
        shared: dict[object, int] = {}
        for name, resource in account.resources.items():
            listed = account.born(name)
            if listed is None:
                continue
            subject = self.index[uai, name] = len(self.subjects)
            self.subjects.append(Subject(uai, resource))
            lent = account.lent(name)
            if lent or not account.site.plain:
                self.judged.add(subject)
            lifetime = register.lifetime((uai, name))
            key = (name if lent else account.listing[name], lifetime)
            if key not in shared:
                shared[key] = len(self.groups)
                born, retired = life(listed, lifetime)
                self.groups.append(account.seen(name).clip(0, retired))
                self.born.append(born)
                self.retired.append(retired)
            self.group.append(shared[key])


def read(history: History, uais: Collection[str], register: Register = SILENT) -> Columns:
    """Read the whole history of the sites of a fleet; rows of other sites are left aside."""
    draft = _Draft()
    for uai, account in _accounts(history, uais).items():
        draft.add(uai, account, register)
    covered = Integral.of(draft.groups)
    rows = _rows(draft, covered, history)
    return Columns(
        tuple(draft.subjects),
        ints(draft.group),
        ints(draft.born),
        ints(draft.retired),
        covered,
        spell_columns(rows),
    )


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


def _rows(draft: _Draft, covered: Integral, history: History) -> list[Row]:
    """Return the rows as they stand, but those of subjects that need judgement by the rules."""
    index = draft.index
    plain = [
        (subject, row.start, row.end, STATE_CODE[row.state], CAUSE_CODE[row.cause])
        for row in history.spells(*EVER)
        if row.vantage is Vantage.SITE
        and (subject := index.get((row.uai, row.resource))) is not None
    ]
    judged = draft.judged | _outside(draft, covered, plain)
    if not judged:
        return plain
    result = [row for row in plain if row[0] not in judged]
    for subject, own in _of(judged, draft, history).items():
        name = draft.subjects[subject]
        timeline = draft.accounts[name.uai].timeline(name.resource.id, own)
        alive = IntervalSet(((0, draft.retired[draft.group[subject]]),))
        result += rows_of(subject, restrict(timeline.spells, alive))
    return result


def _of(judged: set[int], draft: _Draft, history: History) -> dict[int, list[SpellRow]]:
    apart: dict[int, list[SpellRow]] = {subject: [] for subject in judged}
    for row in history.spells(*EVER):
        subject = draft.index.get((row.uai, row.resource), -1)
        if subject in judged:
            apart[subject].append(row)
    return apart


def _outside(draft: _Draft, covered: Integral, rows: list[Row]) -> set[int]:
    """Return the subjects with a spell that leaves what is covered under a list naming them."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    line = ints(draft.group)[table[:, 0]] * LINE
    start, end = table[:, 1], table[:, 2]
    inside = covered(line + end) - covered(line + start) == end - start
    return set(np.unique(table[~inside, 0]).tolist())
