"""Settled time turned into numbered records, one bulletin touching the next."""

import logging
from itertools import islice

from numlycee.domain.inventory import Inventory, Vantage
from numlycee.wire.records import (
    LONGEST_BULLETIN,
    Bulletin,
    InventoryRecord,
    Key,
    Previous,
    ResourceSpell,
)
from numlycee_agent.ports import MOST_SPELLS, Journal
from numlycee_agent.watching.watch import Watch

_log = logging.getLogger(__name__)


class BulletinMaker:
    """Closes settled time into bulletins of one run; what cannot be kept is closed again later.

    The inventory's record comes first. Each bulletin starts where the one before it ended, and
    the first record of the run names the previous run.
    """

    def __init__(
        self,
        watch: Watch,
        inventory: Inventory,
        journal: Journal,
        started_at: int,
        vantage: Vantage = Vantage.SITE,
    ) -> None:
        self._watch = watch
        self._inventory = inventory
        self._journal = journal
        self._vantage = vantage
        self._named = False
        self._failing = False
        self.closed = started_at

    def adopt(self, inventory: Inventory) -> bool:
        """Account under another inventory from `closed` on; False while the journal refuses."""
        if inventory.digest == self._inventory.digest:
            return True
        if not self.close():
            return False
        self._inventory, self._named = inventory, False
        self.close()
        return True

    def close(self) -> bool:
        """Keep all that is settled; False when the journal refuses, and nothing is forgotten."""
        try:
            self._keep_all()
        except OSError as error:
            if not self._failing:
                _log.error("records cannot be kept (%s); held in memory and tried again", error)
            self._failing = True
            return False
        if self._failing:
            _log.info("records are kept again")
        self._failing = False
        return True

    def _keep_all(self) -> None:
        if not self._named:
            key, previous = self._next()
            self._journal.keep(InventoryRecord(key, self._inventory, previous))
            self._named = True
        while self.closed < (settled := self._watch.settled()):
            self._keep(min(settled, self.closed + LONGEST_BULLETIN))

    def _keep(self, until: int) -> None:
        spells = self._watch.spells(self.closed, until)
        end = _first_cut(spells, self.closed, until)
        if end < until:
            spells = self._watch.spells(self.closed, end)
        key, previous = self._next()
        self._journal.keep(
            Bulletin(key, self._inventory.digest, self.closed, end, tuple(spells), previous)
        )
        self.closed = end
        self._watch.forget(end)

    def _next(self) -> tuple[Key, Previous | None]:
        seq = self._journal.next_seq()
        key = Key(self._vantage, self._journal.run, self._journal.began, seq)
        return key, self._journal.previous if seq == 1 else None


def _first_cut(spells: list[ResourceSpell], start: int, until: int) -> int:
    """Return where to end so that a bulletin holds `MOST_SPELLS`, or as few as can be."""
    if len(spells) <= MOST_SPELLS:
        return until
    starts = sorted(spell.start for spell in spells)
    later = islice((at for at in starts[MOST_SPELLS:] if at > start), 1)
    return next(later, until)
