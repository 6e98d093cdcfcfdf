"""One device through an engine's session: a lock, sizes that adapt, lacks left out."""

import asyncio
from collections.abc import Sequence

from numlycee_agent.snmp.ports import Session
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpStatusError,
    SnmpTimeout,
    Status,
    Value,
    VarBind,
)

_MOST_NAMES = 40


class DeviceClient:
    """The `SnmpClient` of one device, over any engine that gives a `Session`.

    Clients that share a `lock` take turns.
    """

    def __init__(
        self, session: Session, size: BulkSize | None = None, lock: asyncio.Lock | None = None
    ) -> None:
        self._session = session
        self._size = size or BulkSize()
        self._names = _MOST_NAMES
        self._proven = 1
        self._lock = lock or asyncio.Lock()

    async def get(self, oids: Sequence[Oid]) -> dict[Oid, Value]:
        """Return the values of these variables; those that the device lacks are absent."""
        found: dict[Oid, Value] = {}
        rest = list(oids)
        async with self._lock:
            while rest:
                part, rest = rest[: self._names], rest[self._names :]
                binds = await self._get(part)
                found |= {name: it for name, it in binds if not isinstance(it, Missing)}
        return found

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 1000) -> Columns:
        """Return the values below each column, at most `max_rows` each, in the device's order."""
        async with self._lock:
            return await self._session.walk(columns, self._size, max_rows)

    def close(self) -> None:
        """Let go of the session."""
        self._session.close()

    async def _get(self, names: Sequence[Oid]) -> list[VarBind]:
        try:
            binds = await self._session.get(names)
        except (SnmpTimeout, SnmpStatusError) as fault:
            if not await self._chokes(names, fault):
                raise
            return await self._halves(names, fault)
        self._proven = max(self._proven, len(names))
        return binds

    async def _halves(
        self, names: Sequence[Oid], fault: SnmpTimeout | SnmpStatusError
    ) -> list[VarBind]:
        """Ask for one half after the other; genErr may also stand for one name that is lacking."""
        half = (len(names) + 1) // 2
        binds: list[VarBind] = []
        faults: list[SnmpStatusError] = []
        for part in names[:half], names[half:]:
            try:
                binds += await self._get(part)
            except SnmpStatusError as other:
                faults.append(other)
                binds += [(name, Missing.NO_INSTANCE) for name in part]
        if len(faults) > 1:
            raise fault
        if not faults and not (_generic(fault) and any(isinstance(it, Missing) for _, it in binds)):
            self._names = min(self._names, half)
        return binds

    async def _chokes(self, names: Sequence[Oid], fault: SnmpTimeout | SnmpStatusError) -> bool:
        """Tell whether fewer names at once would help: some agents drop a GET they find long."""
        if isinstance(fault, SnmpStatusError):
            return fault.status in (Status.TOO_BIG, Status.GENERIC) and len(names) > 1
        return len(names) > self._proven and bool(await self._session.get(names[:1]))


def _generic(fault: SnmpTimeout | SnmpStatusError) -> bool:
    return isinstance(fault, SnmpStatusError) and fault.status == Status.GENERIC
