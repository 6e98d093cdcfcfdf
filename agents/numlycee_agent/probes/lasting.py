"""What a device lost after having had it for days: the rules that need a memory of each row."""

from collections.abc import Mapping

from numlycee_agent.snmp.profile import Rule
from numlycee_agent.snmp.source import number
from numlycee_agent.snmp.values import Columns, Value

_FORGOTTEN = 86_400
"""Seconds after which what is gone is taken for removed: a desk that moved is no fault."""


class LastingRule:
    """Judges a rule that accuses a row only if it had been sound for as long as the rule asks.

    An idle port is no fault; one that was up for a week, and falls while it is meant to be up, is.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._sound: dict[str, float] = {}
        self._fell: dict[str, float] = {}

    def broken(self, now: float, held: Columns, uptime: float | None) -> bool:
        """Tell whether a row accuses at `now`, seconds of a steady clock; `uptime` in seconds."""
        rows = self.rule.source.rows(held)
        self._forget(now, rows)
        dates = held.get(self.rule.source.dated or "", {})
        for index, value in rows.items():
            if value in self.rule.sound:
                began = self._sound.get(index, now) if index not in self._fell else now
                self._sound[index] = _since(now, uptime, dates.get(index), began)
                self._fell.pop(index, None)
            elif self.rule.test(value) and index in self._sound:
                self._fell.setdefault(index, now)
        return any(fell - self._sound[row] >= self.rule.lasting for row, fell in self._fell.items())

    def _forget(self, now: float, rows: Mapping[str, Value]) -> None:
        gone = [index for index in self._sound if index not in rows]
        gone += [index for index, fell in self._fell.items() if now - fell > _FORGOTTEN]
        for index in gone:
            self._sound.pop(index, None)
            self._fell.pop(index, None)


def _since(now: float, uptime: float | None, changed: Value | None, began: float) -> float:
    """Return since when a row is sound: as the device dates it, else as it was first seen."""
    ticks = None if changed is None else number(changed)
    if uptime is None or ticks is None or not 0 <= ticks / 100 <= uptime:
        return began
    return now - (uptime - ticks / 100)
