"""Fakes that behave: a clock that one moves, a device held in a dictionary."""

from collections.abc import Sequence

from numlycee_agent.snmp.client import DeviceClient
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpError,
    SnmpStatusError,
    SnmpTimeout,
    Status,
    Value,
    VarBind,
)
from tests.agent.snmp.stepping import walk

START = 1_795_400_000_000


class PretendClock:
    """A clock that only moves when told to."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / 1000

    async def sleep(self, seconds: float) -> None:
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        self.at += round(seconds * 1000)


class PretendDevice:
    """An engine's session with a device in memory, and its defects on demand."""

    def __init__(self, values: dict[Oid, Value]) -> None:
        self.values = values
        self.fault: SnmpError | None = None
        self.most_names = 1000
        self.most_repetitions = 1000
        self.long_is: SnmpError = SnmpTimeout("too much for me")
        self.order: list[Oid] | None = None
        self.bulk = True
        self.requests: list[tuple[str, int, int]] = []

    def client(self) -> DeviceClient:
        return DeviceClient(self)

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        self.requests.append(("get", len(oids), 0))
        self._complain()
        if len(oids) > self.most_names:
            raise self.long_is
        return [(name, self.values.get(name, Missing.NO_INSTANCE)) for name in oids]

    async def following(self, oids: Sequence[Oid], repetitions: int) -> list[VarBind]:
        self.requests.append(("following", len(oids), repetitions))
        self._complain()
        if repetitions > self.most_repetitions or (repetitions > 1 and not self.bulk):
            raise self.long_is
        if len(oids) > self.most_names:
            raise SnmpStatusError(Status.TOO_BIG)
        binds: list[VarBind] = []
        names = list(oids)
        for _ in range(repetitions):
            names = [self._next(name) or name for name in names]
            binds += [(name, self.values.get(name, Missing.END_OF_VIEW)) for name in names]
        return binds

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        return await walk(self, columns, size, max_rows)

    def close(self) -> None:
        self.values.clear()

    def _complain(self) -> None:
        if self.fault is not None:
            raise self.fault

    def _next(self, name: Oid) -> Oid | None:
        if self.order is not None and name in self.order:
            return self.order[(self.order.index(name) + 1) % len(self.order)]
        later = [oid for oid in self.values if _arcs(oid) > _arcs(name)]
        return min(later, key=_arcs, default=None)


def _arcs(oid: Oid) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))
