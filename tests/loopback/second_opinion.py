"""SNMP v3 through pysnmp, behind the same port as our own engine: what either reads, both do."""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, Self

from pyasn1.type.univ import ObjectIdentifier
from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch import asyncio as hlapi
from pysnmp.proto import errind

from numlycee_agent.snmp.ber import opaque
from numlycee_agent.snmp.client import DeviceClient
from numlycee_agent.snmp.credentials import Credentials, Target, Usm
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import (
    Columns,
    Grounds,
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
from tests.agent.snmp.stepping import walk

_IN_FLIGHT = 50
_AUTH = {
    "MD5": hlapi.USM_AUTH_HMAC96_MD5,
    "SHA": hlapi.USM_AUTH_HMAC96_SHA,
    "SHA-224": hlapi.USM_AUTH_HMAC128_SHA224,
    "SHA-256": hlapi.USM_AUTH_HMAC192_SHA256,
    "SHA-384": hlapi.USM_AUTH_HMAC256_SHA384,
    "SHA-512": hlapi.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    "DES": hlapi.USM_PRIV_CBC56_DES,
    "AES-128": hlapi.USM_PRIV_CFB128_AES,
    "AES-192": hlapi.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": hlapi.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES-192-C": hlapi.USM_PRIV_CFB192_AES,
    "AES-256-C": hlapi.USM_PRIV_CFB256_AES,
}
_REFUSALS = (
    errind.UnknownUserName,
    errind.WrongDigest,
    errind.AuthenticationFailure,
    errind.AuthenticationError,
    errind.DecryptionError,
    errind.UnsupportedSecurityLevel,
    errind.NoSuchView,
    errind.NoAccessEntry,
    errind.NoGroupName,
)
_MISSING = {
    hlapi.Null.tagSet: Missing.NULL,
    hlapi.NoSuchObject.tagSet: Missing.NO_OBJECT,
    hlapi.NoSuchInstance.tagSet: Missing.NO_INSTANCE,
    hlapi.EndOfMibView.tagSet: Missing.END_OF_VIEW,
}


class SecondOpinion:
    """Opens clients as `Engines` does, those of users through pysnmp.

    It takes one engine for each set of credentials, which knows a user's name only once.
    """

    def __init__(self) -> None:
        self._own = Engines()
        self._engines: dict[Usm, Any] = {}
        self._room = asyncio.Semaphore(_IN_FLIGHT)

    async def __aenter__(self) -> Self:
        """Open nothing yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the sockets."""
        self._own.close()
        for engine in self._engines.values():
            engine.close_dispatcher()

    def open_client(self, target: Target, credentials: Credentials) -> SnmpClient:
        """Return the client of one device."""
        if not isinstance(credentials, Usm):
            return self._own.open_client(target, credentials)
        if credentials not in self._engines:
            self._engines[credentials] = hlapi.SnmpEngine()
        engine = self._engines[credentials]
        return DeviceClient(PysnmpSession(engine, self._room, target, credentials))


class PysnmpSession:
    """The `Session` of one v3 device."""

    def __init__(
        self, engine: Any, room: asyncio.Semaphore, target: Target, credentials: Usm
    ) -> None:
        self._engine = engine
        self._room = room
        self._target = target
        self._user = _user(credentials)
        self._transport: Any = None

    async def get(self, oids: Sequence[Oid]) -> list[VarBind]:
        """Ask for these variables."""
        about = await self._about()
        return await self._answer(hlapi.get_cmd(*about, *_names(oids), lookupMib=False))

    async def following(self, oids: Sequence[Oid], repetitions: int) -> list[VarBind]:
        """Ask for the successors of these names, row after row."""
        about, names = await self._about(), _names(oids)
        options = {"lookupMib": False, "ignoreNonIncreasingOid": True}
        if repetitions == 1:
            return await self._answer(hlapi.next_cmd(*about, *names, **options))
        return await self._answer(hlapi.bulk_cmd(*about, 0, repetitions, *names, **options))

    async def walk(self, columns: Sequence[Oid], size: BulkSize, max_rows: int) -> Columns:
        """Return the rows below these columns, several in each exchange."""
        return await walk(self, columns, size, max_rows)

    def close(self) -> None:
        """Forget the device; the engine is everybody's."""
        self._transport = None

    async def _about(self) -> tuple[Any, ...]:
        if self._transport is None:
            family = (
                hlapi.Udp6TransportTarget if ":" in self._target.host else hlapi.UdpTransportTarget
            )
            try:
                self._transport = await family.create(
                    (self._target.host, self._target.port),
                    timeout=self._target.timeouts[0],
                    retries=len(self._target.timeouts) - 1,
                )
            except PySnmpError as fault:
                raise SnmpUnasked(f"{self._target.host} cannot be reached: {fault}") from fault
        return self._engine, self._user, self._transport, hlapi.ContextData()

    async def _answer(self, command: Awaitable[Any]) -> list[VarBind]:
        try:
            async with self._room:
                trouble, status, index, binds = await command
        except PySnmpError as fault:
            raise SnmpError(f"{self._target.host}: {fault}") from fault
        if trouble is not None:
            raise self._fault(trouble)
        if int(status) in (Status.NO_ACCESS, Status.AUTHORIZATION):
            raise SnmpRefused(self._target.host, Grounds.VIEW)
        if int(status):
            raise SnmpStatusError(int(status), int(index))
        return [(str(name), _value(value)) for name, value in binds]

    def _fault(self, trouble: Any) -> SnmpError:
        if isinstance(trouble, errind.RequestTimedOut):
            return SnmpTimeout(f"{self._target.host} does not answer SNMP")
        if isinstance(trouble, _REFUSALS):
            return SnmpRefused(self._target.host, Grounds.OTHER)
        return SnmpError(f"{self._target.host}: {trouble}")


def _user(credentials: Usm) -> Any:
    auth, priv = credentials.auth_key, credentials.priv_key
    return hlapi.UsmUserData(
        credentials.user,
        auth,
        priv,
        authProtocol=_AUTH[credentials.auth_protocol] if auth else hlapi.USM_AUTH_NONE,
        privProtocol=_PRIV[credentials.priv_protocol] if priv else hlapi.USM_PRIV_NONE,
    )


def _names(oids: Sequence[Oid]) -> list[Any]:
    return [hlapi.ObjectType(hlapi.ObjectIdentity(name)) for name in oids]


def _value(value: Any) -> Value | Missing:
    if value.tagSet in _MISSING:
        return _MISSING[value.tagSet]
    if isinstance(value, ObjectIdentifier):
        return str(value)
    if isinstance(value, hlapi.IpAddress):
        return ".".join(map(str, bytes(value)))
    if isinstance(value, hlapi.Opaque):
        return opaque(bytes(value))
    return bytes(value) if isinstance(value, hlapi.OctetString) else int(value)
