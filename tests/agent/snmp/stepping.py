"""Walks through whatever answers step by step, in bindings that are decoded."""

from collections.abc import Sequence
from typing import Protocol

from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import Columns, Oid, SnmpStatusError, SnmpTimeout, VarBind
from numlycee_agent.snmp.walk import Listed, walking


class Steps(Protocol):
    """What can be asked for the successors of any names."""

    async def following(self, oids: Sequence[Oid], repetitions: int) -> list[VarBind]:
        """Ask for `repetitions` times the successors of these names, row after row.

        One repetition is a GETNEXT, more a GETBULK; what has no GETBULK answers one.
        """
        ...


async def walk(steps: Steps, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
    """Return the rows below these columns."""
    steering = walking(columns, size, max_rows)
    try:
        question = next(steering)
        while True:
            try:
                binds = await steps.following(question.names, question.repetitions)
            except (SnmpTimeout, SnmpStatusError) as fault:
                question = steering.throw(fault)
            else:
                question = steering.send(Listed(binds))
    except StopIteration as end:
        rows: Columns = end.value
        return rows
