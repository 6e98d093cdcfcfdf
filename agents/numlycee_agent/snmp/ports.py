"""What the probes ask of SNMP, and what the clients ask of an engine."""

from collections.abc import Sequence
from typing import Protocol

from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import Columns, Oid, Value, VarBind


class SnmpClient(Protocol):
    """One device, asked one thing at a time; faults are `SnmpError` and its kinds."""

    async def get(self, oids: Sequence[Oid]) -> dict[Oid, Value]:
        """Return the values of these variables; those that the device lacks are absent."""
        ...

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 1000) -> Columns:
        """Return the values below each column, at most `max_rows` each, in the device's order."""
        ...

    def close(self) -> None:
        """Let go of what is held for this device."""
        ...


class Session(Protocol):
    """An engine's view of one device: single exchanges, retried within."""

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        """Ask for these variables in one exchange."""
        ...

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        """Return the rows below these columns, in exchanges of a size that the device bears."""
        ...

    def close(self) -> None:
        """Let go of what is held for this device."""
        ...
