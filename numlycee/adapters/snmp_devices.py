"""Simulated SNMP devices: many of them in one process, each on its own loopback port.

They answer real SNMP v1, v2c and v3 through pysnmp's engine; what they say is a dictionary.
"""

import asyncio
import socket
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Literal, Self

from pysnmp.carrier.asyncio.dgram import udp
from pysnmp.entity import config
from pysnmp.entity.engine import SnmpEngine
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.error import PySnmpError
from pysnmp.proto import rfc1902, rfc1905
from pysnmp.proto.api import v2c
from pysnmp.smi.error import GenError, TooBigError
from pysnmp.smi.instrum import AbstractMibInstrumController

from numlycee.clock import Clock

Type = Literal[
    "integer", "counter", "counter64", "gauge", "ticks", "octets", "name", "address", "opaque"
]
Plain = int | str | bytes
Arcs = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with its SNMP type, where the plain Python one does not tell it."""

    type: Type
    value: Plain


Said = Plain | Typed
"""What a variable says: `int` is an INTEGER, `str` and `bytes` are octets."""

_TYPES: Mapping[Type, Callable[[Any], Any]] = {
    "integer": rfc1902.Integer32,
    "counter": lambda value: rfc1902.Counter32(value % 2**32),
    "counter64": lambda value: rfc1902.Counter64(value % 2**64),
    "gauge": lambda value: rfc1902.Gauge32(min(value, 2**32 - 1)),
    "ticks": lambda value: rfc1902.TimeTicks(value % 2**32),
    "octets": lambda value: rfc1902.OctetString(_octets(value)),
    "name": rfc1902.ObjectIdentifier,
    "address": rfc1902.IpAddress,
    "opaque": rfc1902.Opaque,
}
_UPTIMES: Mapping[str, tuple[Type, int]] = {
    "1.3.6.1.2.1.1.3.0": ("ticks", 10),
    "1.3.6.1.2.1.25.1.1.0": ("ticks", 10),
    "1.3.6.1.6.3.10.2.1.3.0": ("integer", 1000),
}


@dataclass(frozen=True, slots=True)
class User:
    """An SNMP v3 user that the devices know: SHA-1 and AES-128, or what is given.

    Without keys, without that service; the protocols whose name ends in C are those of Cisco.
    """

    name: str
    auth_key: str | None = None
    priv_key: str | None = None
    auth_protocol: Literal["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"] = "SHA"
    priv_protocol: Literal["DES", "AES-128", "AES-192", "AES-256", "AES-192-C", "AES-256-C"] = (
        "AES-128"
    )


_AUTH = {
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA-224": config.USM_AUTH_HMAC128_SHA224,
    "SHA-256": config.USM_AUTH_HMAC192_SHA256,
    "SHA-384": config.USM_AUTH_HMAC256_SHA384,
    "SHA-512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    "DES": config.USM_PRIV_CBC56_DES,
    "AES-128": config.USM_PRIV_CFB128_AES,
    "AES-192": config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    "AES-256": config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    "AES-192-C": config.USM_PRIV_CFB192_AES,
    "AES-256-C": config.USM_PRIV_CFB256_AES,
}


@dataclass(frozen=True, slots=True)
class Defects:
    """How a device departs from RFC 3416, as real ones do; by default in nothing.

    `bulk` is what a GETBULK gets: nothing, genErr, an empty list, or the first row over and over.
    Past `most_repetitions` it says tooBig with an empty list; past `skips_beyond` rows it leaves
    rows out. No answer has more than `most_cells` bindings. A request for more than `most_names`
    gets what `long` says. `lack` stands for a variable that a GET does not find. `follows` puts
    names after others than their order wants.
    """

    bulk: Literal["sound", "silent", "genErr", "empty", "repeats"] = "sound"
    most_repetitions: int | None = None
    skips_beyond: int | None = None
    most_cells: int | None = None
    most_names: int | None = None
    long: Literal["silent", "genErr", "tooBig", "cut"] = "silent"
    lack: Literal["noSuchInstance", "genErr", "octets"] = "noSuchInstance"
    follows: Mapping[str, str] = field(default_factory=dict)


_SOUND = Defects()


def _refuse(how: str) -> None:
    """Raise what makes pysnmp answer so, or not at all."""
    raise {"silent": PySnmpError, "genErr": GenError, "tooBig": TooBigError}[how]


class SimulatedDevice(MutableMapping[str, Said | Callable[[], Said]]):
    """One device: its variables by dotted OID, its uptime, and whether it answers at all.

    A value may be a function without arguments, asked at every reading. sysUpTime and, where
    they are set, hrSystemUptime and snmpEngineTime follow the clock from `rebooted_at`.
    """

    def __init__(self, host: str, port: int, clock: Clock, up_for: int) -> None:
        self.host = host
        self.port = port
        self.silent = False
        self.defects = _SOUND
        self.requests = 0
        self._clock = clock
        self._booted = clock.now() - up_for
        self._values: dict[Arcs, Said | Callable[[], Said]] = {}
        self._order: list[Arcs] = []

    def silence(self, silent: bool) -> None:  # noqa: FBT001  (a switch that reads as one)
        """Play dead, or answer again."""
        self.silent = silent

    def reboot(self) -> None:
        """Start the uptimes again from zero."""
        self._booted = self._clock.now()

    def __getitem__(self, oid: str) -> Said | Callable[[], Said]:
        return self._values[_arcs(oid)]

    def __setitem__(self, oid: str, value: Said | Callable[[], Said]) -> None:
        self._values[_arcs(oid)] = self._uptime(*_UPTIMES[oid]) if oid in _UPTIMES else value
        self._order = []

    def __delitem__(self, oid: str) -> None:
        del self._values[_arcs(oid)]
        self._order = []

    def __iter__(self) -> Iterator[str]:
        return (".".join(map(str, arcs)) for arcs in self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _uptime(self, kind: Type, unit: int) -> Callable[[], Said]:
        return lambda: Typed(kind, (self._clock.now() - self._booted) // unit)

    def read(self, arcs: Arcs) -> Any:
        """Return what a GET of this name says."""
        if arcs not in self._values:
            if self.defects.lack == "genErr":
                _refuse("genErr")
            return rfc1905.noSuchInstance if self.defects.lack != "octets" else _say("")
        value = self._values[arcs]
        return _say(value() if callable(value) else value)

    def after(self, arcs: Arcs) -> Arcs | None:
        """Return the name that follows, in the lexicographic order of a walk."""
        if self.defects.follows:
            said = self.defects.follows.get(".".join(map(str, arcs)))
            if said is not None:
                return _arcs(said)
        self._order = self._order or sorted(self._values)
        at = bisect_right(self._order, arcs)
        return self._order[at] if at < len(self._order) else None

    def bears(self, names: list[Any]) -> list[Any]:
        """Return the names of one request that are looked at; too long a one may be refused."""
        if self.defects.most_names is None or len(names) <= self.defects.most_names:
            return names
        if self.defects.long != "cut":
            _refuse(self.defects.long)
        return names[: self.defects.most_names]

    def rows(self, names: list[Any], repetitions: int) -> list[Any]:
        """Return what a GETBULK says, with the device's defects."""
        defects, cells, row = self.defects, [], [(name, None) for name in self.bears(names)]
        if defects.bulk in {"silent", "genErr"}:
            _refuse(defects.bulk)
        if defects.most_repetitions is not None and repetitions > defects.most_repetitions:
            _refuse("tooBig")
        for at in range(0 if defects.bulk == "empty" else repetitions):
            if defects.bulk != "repeats" or not at:
                row = [self.next(name) for name, _ in row]
            if defects.skips_beyond is None or at < defects.skips_beyond or at % 2:
                cells += row
        return cells[: defects.most_cells]

    def next(self, name: Any) -> tuple[Any, Any]:
        """Return the binding that follows a name."""
        following = self.after(tuple(name))
        if following is None:
            return name, rfc1905.endOfMibView
        return rfc1902.ObjectName(following), self.read(following)


class SimulatedDevices:
    """Devices that share one SNMP engine (and its engine identifier), one UDP port each.

    Use it as an asynchronous context manager inside the running loop.
    """

    def __init__(
        self, clock: Clock, *, communities: Iterable[str] = ("public",), users: Iterable[User] = ()
    ) -> None:
        self._clock = clock
        self._communities = tuple(communities)
        self._users = tuple(users)
        self._engine: Any = None
        self._devices: dict[Arcs, SimulatedDevice] = {}

    async def __aenter__(self) -> Self:
        """Start the engine; no port is open yet."""
        self._engine = SnmpEngine()
        for community in self._communities:
            config.add_v1_system(self._engine, f"community {community}", community)
        for user in self._users:
            config.add_v3_user(
                self._engine,
                user.name,
                _AUTH[user.auth_protocol] if user.auth_key else config.USM_AUTH_NONE,
                user.auth_key,
                _PRIV[user.priv_protocol] if user.priv_key else config.USM_PRIV_NONE,
                user.priv_key,
            )
        _answer_with(self._engine, self._devices)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every port."""
        self._engine.close_dispatcher()
        self._devices.clear()
        await self._clock.sleep(0)

    async def add(
        self,
        variables: Mapping[str, Said | Callable[[], Said]],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        up_for: int = 86_400_000,
    ) -> SimulatedDevice:
        """Open a port (a free one by default) for a device up for `up_for` ms, and return it."""
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET  # noqa: PLR2004
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind((host, port))
        device = SimulatedDevice(host, sock.getsockname()[1], self._clock, up_for)
        device.update({"1.3.6.1.2.1.1.3.0": 0, **variables})
        domain = (*udp.DOMAIN_NAME, len(self._devices))
        transport = _Port(device)
        config.add_transport(self._engine, domain, transport)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: transport, sock=sock)
        self._devices[domain] = device
        return device


class _Port(udp.UdpAsyncioTransport):  # type: ignore[misc]  # an untyped library
    """The port of one device; a silent one hears nothing, not even an engine discovery."""

    def __init__(self, device: SimulatedDevice) -> None:
        super().__init__()
        self._device = device

    def datagram_received(self, datagram: bytes, address: Any) -> None:
        """Hand a datagram to the engine, unless the device plays dead."""
        if not self._device.silent:
            self._device.requests += 1
            super().datagram_received(datagram, address)


class _Variables(AbstractMibInstrumController):  # type: ignore[misc]  # an untyped library
    """What pysnmp's responders read: the device is told by the port that the request came to."""

    def __init__(self, devices: Mapping[Arcs, SimulatedDevice]) -> None:
        self._devices = devices

    def read_variables(self, *binds: Any, **about: Any) -> list[Any]:
        """Answer a GET."""
        device = self.device(about["snmpEngine"])
        names = device.bears([name for name, _ in binds])
        return [(name, device.read(tuple(name))) for name in names]

    def read_next_variables(self, *binds: Any, **about: Any) -> list[Any]:
        """Answer one row of a GETNEXT or GETBULK."""
        device = self.device(about["snmpEngine"])
        return [device.next(name) for name in device.bears([name for name, _ in binds])]

    def device(self, engine: Any) -> SimulatedDevice:
        """Return the device that is being asked."""
        request = engine.observer.get_execution_context("rfc3412.receiveMessage:request")
        return self._devices[tuple(request["transportDomain"])]


class _Bulk(cmdrsp.BulkCommandResponder):  # type: ignore[misc]  # an untyped library
    """Answers GETBULK as the device does, where that is not as the RFC wants it."""

    def handle_management_operation(self, engine: Any, state: Any, name: bytes, pdu: Any) -> None:
        """Answer one GETBULK."""
        device = self.snmpContext.get_mib_instrum(name).device(engine)
        if device.defects == _SOUND:
            super().handle_management_operation(engine, state, name, pdu)
            return
        names = [name for name, _ in v2c.apiPDU.get_varbinds(pdu)]
        cells = device.rows(names, int(v2c.apiBulkPDU.get_max_repetitions(pdu)))
        self.send_varbinds(engine, state, 0, 0, cells)
        self.release_state_information(state)


def _answer_with(engine: Any, devices: Mapping[Arcs, SimulatedDevice]) -> None:
    held = context.SnmpContext(engine)
    held.unregister_context_name(b"")
    held.register_context_name(b"", _Variables(devices))
    cmdrsp.GetCommandResponder(engine, held)
    cmdrsp.NextCommandResponder(engine, held)
    _Bulk(engine, held)


def _say(said: Said) -> Any:
    if isinstance(said, Typed):
        return _TYPES[said.type](said.value)
    if isinstance(said, int):
        return rfc1902.Integer32(said)
    return rfc1902.OctetString(_octets(said))


def _octets(said: str | bytes) -> bytes:
    # pysnmp would write text in Latin-1.
    return said.encode() if isinstance(said, str) else said


def _arcs(oid: str) -> Arcs:
    return tuple(map(int, oid.split(".")))
