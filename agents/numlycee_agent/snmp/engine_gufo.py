"""SNMP v3 through gufo-snmp, where it has a wheel: Rust, one descriptor for each device."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from gufo.snmp import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    DesKey,
    Md5Key,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    SnmpAuthError,
    User,
)
from gufo.snmp import SnmpError as GufoError
from gufo.snmp._fast import GetIter
from gufo.snmp.aio import SnmpSession
from gufo.snmp.user import KeyType

from numlycee_agent.snmp.credentials import Target, Usm
from numlycee_agent.snmp.table import BulkSize, Table
from numlycee_agent.snmp.values import (
    Columns,
    Missing,
    Oid,
    SnmpError,
    SnmpRefused,
    SnmpStatusError,
    SnmpTimeout,
    SnmpUnasked,
    Status,
    Value,
    VarBind,
)

T = TypeVar("T")

_AUTH = {
    "MD5": Md5Key,
    "SHA": Sha1Key,
    "SHA-224": Sha224Key,
    "SHA-256": Sha256Key,
    "SHA-384": Sha384Key,
    "SHA-512": Sha512Key,
}
_PRIV = {"DES": DesKey, "AES-128": Aes128Key, "AES-192": Aes192Key, "AES-256": Aes256Key}
_UPTIME = "1.3.6.1.2.1.1.3.0"


class GufoSession:
    """The `Session` of one v3 device; every fault makes the next attempt discover it anew."""

    def __init__(self, target: Target, credentials: Usm) -> None:
        self._target = target
        self._credentials = credentials
        self._open: SnmpSession | None = None

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        """Ask for these variables.

        gufo hides error statuses: an agent that finds a request too long looks as if it had none
        of the variables. sysUpTime, which every agent has, tells one from the other.
        """
        asked = oids if len(oids) == 1 or _UPTIME in oids else [*oids, _UPTIME]
        found = await self._try(lambda session: session.get_many(asked))
        if not found and len(oids) > 1:
            raise SnmpStatusError(Status.TOO_BIG)
        return [(name, _value(found.get(name))) for name in oids]

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        """Return the rows below these columns, one column after the other."""
        rows: Columns = {}
        for column in columns:
            rows[column] = await self._column(column, size, max_rows)
        return rows

    def close(self) -> None:
        """Forget the device and its socket."""
        self._open = None

    async def _column(self, column: Oid, size: BulkSize, max_rows: int) -> dict[str, Value]:
        asked = repetitions = size.for_columns(1)
        while True:
            try:
                table = await self._try(_reading(column, repetitions, max_rows))
            except (SnmpTimeout, SnmpStatusError) as fault:
                # gufo does not tell a refusal from the end of all tables: a GETNEXT settles it.
                refused = isinstance(fault, SnmpStatusError)
                if refused and not await self._try(_reading(column, 1, 1)):
                    return {}
                smaller = size.below(repetitions, fault)
                if smaller is None:
                    raise
                repetitions = smaller
            else:
                size.bore(repetitions, asked)
                return table

    async def _try(self, ask: Callable[[SnmpSession], Awaitable[T]]) -> T:
        for wait in self._target.timeouts:
            try:
                return await self._once(ask, wait)
            except (TimeoutError, ConnectionRefusedError):
                self._open = None
            except OSError as fault:
                self._open = None
                raise SnmpUnasked(f"{self._target.host} cannot be reached: {fault}") from fault
            except (GufoError, RuntimeError) as fault:
                self._open = None
                raise SnmpError(f"{self._target.host}: {fault}") from fault
        raise SnmpTimeout(f"{self._target.host} does not answer SNMP")

    async def _once(self, ask: Callable[[SnmpSession], Awaitable[T]], wait: float) -> T:
        """Ask, and once more with a fresh discovery: a reboot looks like a wrong key at first."""
        if self._open is not None:
            try:
                return await ask(self._open)
            except SnmpAuthError:
                self._open = None
        session = await self._discover(wait)
        try:
            answer = await ask(session)
        except SnmpAuthError as fault:
            raise SnmpRefused(
                f"{self._target.host} refuses user {self._credentials.user!r}: {fault}"
            ) from fault
        self._open = session
        return answer

    async def _discover(self, wait: float) -> SnmpSession:
        found = await asyncio.get_running_loop().getaddrinfo(
            self._target.host, self._target.port, type=socket.SOCK_DGRAM
        )
        address = str(found[0][4][0])
        user = _user(self._credentials)
        session = SnmpSession(address, self._target.port, user=user, timeout=wait)
        try:
            await session.refresh()
        except SnmpAuthError as fault:
            raise SnmpRefused(f"{self._target.host} refuses the discovery: {fault}") from fault
        return session


def _reading(
    column: Oid, repetitions: int, max_rows: int
) -> Callable[[SnmpSession], Awaitable[dict[str, Value]]]:
    """Return the reading of one column from its beginning, by GETBULK or by GETNEXT."""

    async def by_getbulk(session: SnmpSession) -> dict[str, Value]:
        # gufo's own iterator hands out one cell at a time, and takes the refusal of a GETBULK for
        # the end of a table; its private exchange gives whole answers.
        table, steps, wire = Table([column], max_rows), GetIter(column, repetitions), session._sock  # noqa: SLF001
        while column in table.cursors:
            await session._send(lambda: wire.send_get_bulk(steps))  # noqa: SLF001
            try:
                cells = await session._recv(lambda: wire.recv_get_bulk(steps))  # noqa: SLF001
            except StopAsyncIteration:
                if not table.rows[column]:
                    raise SnmpStatusError(Status.TOO_BIG) from None
                break
            table.take(column, map(_cell, cells))
        return table.rows[column]

    async def by_getnext(session: SnmpSession) -> dict[str, Value]:
        table = Table([column], max_rows)
        async for cell in session.getnext(column):
            table.take(column, [_cell(cell)])
            if column not in table.cursors:
                break
        return table.rows[column]

    return by_getbulk if repetitions > 1 else by_getnext


def _user(credentials: Usm) -> User:
    auth, priv = credentials.auth_protocol, credentials.priv_protocol
    auth_key = priv_key = None
    if credentials.auth_key is not None:
        auth_key = _AUTH[auth](_master(auth, credentials.auth_key), KeyType.Master)
    if credentials.priv_key is not None:
        priv_key = _PRIV[priv](_master(auth, credentials.priv_key), KeyType.Master)
    return User(credentials.user, auth_key=auth_key, priv_key=priv_key)


@lru_cache(maxsize=64)
def _master(protocol: str, password: str) -> bytes:
    # RFC 3414 §A.2 hashes a megabyte for each password: once, not once for each device.
    key: bytes = _AUTH[protocol].get_master_key(password.encode())
    return key


def _cell(cell: tuple[str, Any] | None) -> VarBind:
    return ("", Missing.END_OF_VIEW) if cell is None else (cell[0], _value(cell[1]))


def _value(value: Any) -> Value | Missing:
    return Missing.NO_INSTANCE if value is None else value
