"""Walking tables with packed GETBULKs whose size follows what the device bears."""

from collections.abc import Sequence

from numlycee_agent.snmp.ports import Steps
from numlycee_agent.snmp.table import BulkSize, Table
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpStatusError,
    SnmpTimeout,
    VarBind,
)

_MOST_COLUMNS = 10


async def walk(steps: Steps, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
    """Return the rows below `columns`, several columns in each exchange.

    What was read is kept when a device breaks a table off; only silence is raised.
    """
    table = Table(columns, max_rows)
    while table.cursors:
        batch = list(table.cursors)[:_MOST_COLUMNS]
        names = [table.cursors[column] for column in batch]
        table.take_rows(batch, await _following(steps, names, size))
    return table.rows


async def _following(steps: Steps, names: Sequence[Oid], size: BulkSize) -> list[VarBind]:
    asked = repetitions = size.for_columns(len(names))
    while True:
        try:
            binds = await steps.following(names, repetitions)
        except (SnmpTimeout, SnmpStatusError) as fault:
            smaller = size.below(repetitions, fault)
            if smaller is None:
                return await _fewer(steps, names, fault)
            repetitions = smaller
        else:
            size.bore(repetitions, asked)
            return binds


async def _fewer(
    steps: Steps, names: Sequence[Oid], fault: SnmpTimeout | SnmpStatusError
) -> list[VarBind]:
    """Ask for the first half of the columns only, down to one; the caller comes for the others."""
    if isinstance(fault, SnmpTimeout):
        raise fault
    while len(names) > 1:
        names = names[: len(names) // 2]
        try:
            return await steps.following(names, 1)
        except SnmpStatusError:
            continue
    return [(names[0], Missing.END_OF_VIEW)]
