"""The simulated lycée of `_lycee`, in a process of its own: devices, portal and centre.

The devices answer SNMP at once, each at its address of loopback, all on one port. Their uptimes
move; what they say of their ports and sensors does not, as on a quiet day.
"""

import asyncio
import socket
import ssl
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from functools import cache
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from numlycee.clock import SystemClock
from numlycee.domain.kinds import Kind
from numlycee.wire.topics import Topics
from numlycee_agent.ports import Will
from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.snmp.message import GET, GET_BULK, REPORT, RESPONSE
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import PRIV, REPORTABLE, Envelope
from numlycee_agent.snmp.usm.user import User
from numlycee_agent.snmp.values import SnmpDecodeError
from numlycee_agent.telling.access import Access, Tls
from numlycee_agent.telling.mqtt import MqttBroker
from tests.agent.centre import Centre
from tests.benchmarks._lycee import AUTH_KEY, CORE, PORTS, PRIV_KEY, SITES, Device, devices, macs
from tests.benchmarks._lycee import USER as NAME

HOST = "127.0.0.1"
PAGE = "<!doctype html><title>ENT</title><h1>Se connecter</h1>" + "<p>Bienvenue.</p>" * 500
MIB2, INTERFACES = "1.3.6.1.2.1", "1.3.6.1.2.1.2.2.1"
SYS_UPTIME, ENGINE_TIME = f"{MIB2}.1.3.0", "1.3.6.1.6.3.10.2.1.3.0"
END_OF_VIEW, NO_INSTANCE = b"\x82\0", b"\x81\0"
UP_BEFORE = 40 * 86_400
RECEIVE_BUFFER = 1 << 20


class Mib:
    """What one kind of device says: GET, GETNEXT and GETBULK over variables in their order."""

    def __init__(self, variables: Mapping[str, bytes]) -> None:
        order = sorted((*map(int, name.split(".")),) for name in variables)
        spelt = [".".join(map(str, arcs)) for arcs in order]
        self._order = order
        self._names = [ber.oid(name) for name in spelt]
        self._values = [variables[name] for name in spelt]
        self._places = {name: place for place, name in enumerate(self._names)}
        self._next: dict[bytes, int] = {}
        self._moving = {spelt.index(SYS_UPTIME): 100, spelt.index(ENGINE_TIME): 1}

    def answer(self, pdu: int, fields: bytes, uptime: float) -> bytes:
        """Return the variable bindings that answer a request, spelt after its identifier."""
        _, at = ber.read_integer(fields, 0, len(fields))
        repetitions, at = ber.read_integer(fields, at, len(fields))
        _, at, end = ber.element(fields, at, len(fields))
        names = []
        while at < end:
            _, start, at = ber.element(fields, at, end)
            _, _, stop = ber.element(fields, start, at)
            names.append(fields[start:stop])
        if pdu == GET:
            return b"".join(self._said(name, self._places.get(name), uptime) for name in names)
        rows = range(repetitions if pdu == GET_BULK else 1)
        starts = [self._after(name) for name in names]
        return b"".join(self._row(names, starts, row, uptime) for row in rows)

    def _row(self, names: list[bytes], starts: list[int], row: int, uptime: float) -> bytes:
        places = (start + row for start in starts)
        return b"".join(
            self._bind(place, uptime)
            if place < len(self._names)
            else ber.tlv(ber.SEQUENCE, (self._names[-1] if row else name) + END_OF_VIEW)
            for name, place in zip(names, places, strict=True)
        )

    def _said(self, name: bytes, place: int | None, uptime: float) -> bytes:
        if place is None:
            return ber.tlv(ber.SEQUENCE, name + NO_INSTANCE)
        return self._bind(place, uptime)

    def _bind(self, place: int, uptime: float) -> bytes:
        value = self._values[place]
        if place in self._moving:
            value = ber.integer(int(uptime * self._moving[place]), value[0])
        return ber.tlv(ber.SEQUENCE, self._names[place] + value)

    def _after(self, name: bytes) -> int:
        if name not in self._next:
            _, start, stop = ber.element(name, 0, len(name))
            arcs = (*map(int, ber.read_oid(name[start:stop]).split(".")),)
            self._next[name] = bisect_right(self._order, arcs)
        return self._next[name]


@cache
def mib(kind: Kind, *, core: bool = False) -> Mib:
    """Return what every device of a kind says, or the switch in the middle."""
    ports = _interfaces(port_count(kind))
    return Mib(
        dict([*_system(kind), *ports, *_sensors(), *_of(kind), *(_learnt() if core else ())])
    )


def port_count(kind: Kind) -> int:
    """Return how many interfaces a device of a kind has."""
    return {Kind.SWITCH: PORTS + 4, Kind.ACCESS_POINT: 3}.get(kind, 2)


def _system(kind: Kind) -> Iterator[tuple[str, bytes]]:
    yield f"{MIB2}.1.1.0", ber.tlv(ber.OCTETS, f"Simulated {kind}".encode())
    yield f"{MIB2}.1.2.0", ber.oid("1.3.6.1.4.1.8072.3.2.10")
    yield SYS_UPTIME, ber.integer(0, ber.TICKS)
    yield ENGINE_TIME, ber.integer(0)
    yield f"{MIB2}.1.5.0", ber.tlv(ber.OCTETS, kind.encode())
    yield f"{MIB2}.25.3.3.1.2.1", ber.integer(12)


def _interfaces(ports: int) -> Iterator[tuple[str, bytes]]:
    for port in range(1, ports + 1):
        name = ber.tlv(ber.OCTETS, b"port %d" % port)
        yield f"{INTERFACES}.1.{port}", ber.integer(port)
        yield f"{INTERFACES}.2.{port}", name
        yield f"{INTERFACES}.3.{port}", ber.integer(6)
        yield f"{INTERFACES}.7.{port}", ber.integer(1)
        yield f"{INTERFACES}.8.{port}", ber.integer(1 + port % 2)
        yield f"{INTERFACES}.9.{port}", ber.integer(100 * port, ber.TICKS)
        yield f"{MIB2}.31.1.1.1.1.{port}", name


def _learnt() -> Iterator[tuple[str, bytes]]:
    for place, mac in enumerate(macs()):
        row = ".".join(map(str, mac))
        yield f"{MIB2}.17.4.3.1.1.{row}", ber.tlv(ber.OCTETS, mac)
        yield f"{MIB2}.17.4.3.1.2.{row}", ber.integer(1 + place % PORTS)
        yield f"{MIB2}.17.4.3.1.3.{row}", ber.integer(3)


def _sensors() -> Iterator[tuple[str, bytes]]:
    for column, figure in enumerate((8, 9, 0, 41, 1), start=1):
        yield f"{MIB2}.99.1.1.1.{column}.1", ber.integer(figure)


def _of(kind: Kind) -> Iterator[tuple[str, bytes]]:
    said: dict[str, list[int]] = {
        Kind.SWITCH: {"105.1.3.1.1.2": [370], "105.1.3.1.1.3": [1], "105.1.3.1.1.4": [120]},
        Kind.UPS: {"33.1.2": [2, 0, 40, 98], "33.1.4": [3]},
        Kind.PRINTER: {"43.11.1.1.8.1": [100] * 4, "43.11.1.1.9.1": [20, 40, 60, 80]},
        Kind.SERVER: _DISKS,
        Kind.NAS: _DISKS,
    }.get(kind, {})
    row = "{}.{}.{}.0" if kind is Kind.UPS else "{}.{}.{}"
    for column, figures in said.items():
        for place, figure in enumerate(figures, start=1):
            yield row.format(MIB2, column, place), ber.integer(figure)
    if said is _DISKS:
        for disk in range(1, 6):
            yield f"{MIB2}.25.2.3.1.2.{disk}", ber.oid(f"{MIB2}.25.2.1.4")
    if kind is Kind.PRINTER:
        yield f"{MIB2}.25.3.2.1.5.1", ber.integer(2)
        yield f"{MIB2}.25.3.5.1.2.1", ber.tlv(ber.OCTETS, b"\0\0")


_DISKS = {"25.2.3.1.5": [1_000_000] * 5, "25.2.3.1.6": [400_000] * 5}


class Responders:
    """One UDP socket for each device, all on a port that the system chose."""

    def __init__(self, equipment: list[Device], opened: ExitStack) -> None:
        self.port = 0
        self._clock = SystemClock()
        self._origin = self._clock.monotonic() - UP_BEFORE
        self._user = User(Usm(NAME, AUTH_KEY, PRIV_KEY))
        self._salts = count(1)
        loop = asyncio.get_running_loop()
        for device in equipment:
            sock = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            sock.bind((device.address, self.port))
            self.port = sock.getsockname()[1]
            loop.add_reader(
                sock, self._hear, sock, device, mib(device.kind, core=device.id == CORE)
            )

    @property
    def uptime(self) -> float:
        """Return the seconds that every device has been up."""
        return self._clock.monotonic() - self._origin

    def _hear(self, sock: socket.socket, device: Device, said: Mib) -> None:
        data, peer = sock.recvfrom(65_535)
        with suppress(SnmpDecodeError, OSError):
            answer = self._secured if device.secured else self._plain
            sock.sendto(answer(data, said, device), peer)

    def _plain(self, data: bytes, said: Mib, device: Device) -> bytes:
        _, start, end = ber.element(data, 0, len(data))
        _, at = ber.read_integer(data, start, end)
        _, _, pdu_at = ber.element(data, at, end)
        return ber.tlv(ber.SEQUENCE, data[start:pdu_at] + self._response(data, pdu_at, end, said))

    def _secured(self, data: bytes, said: Mib, device: Device) -> bytes:
        about = (opened := envelope.unwrap(data)).envelope
        engine = b"\x80\0\0\0\4" + device.id.encode()
        clock, user, level = (1, int(self.uptime)), self._user, about.flags & ~REPORTABLE
        if about.engine != engine:
            return envelope.seal(
                Envelope(about.identifier, 0, engine, clock, b"", b"", b""), _UNKNOWN
            )
        plain, salt = data[opened.body_at : opened.end], b""
        if level & PRIV:
            _, secret, stop = ber.element(plain, 0, len(plain))
            plain = user.decipher(engine, plain[secret:stop], about.clock, about.salt)
        context, pdu_at, stop = envelope.scope(plain, 0, len(plain))
        body = ber.tlv(ber.SEQUENCE, context + self._response(plain, pdu_at, stop, said))
        if level & PRIV:
            salt = next(self._salts).to_bytes(8, "big")
            body = ber.tlv(ber.OCTETS, user.encipher(engine, body, clock, salt))
        ours = Envelope(about.identifier, level, engine, clock, about.user, b"", salt)
        return envelope.signed(ours, body, user)

    def _response(self, data: bytes, pdu_at: int, end: int, said: Mib) -> bytes:
        _, at, end = ber.element(data, pdu_at, end)
        _, rest = ber.read_integer(data, at, end)
        binds = ber.tlv(ber.SEQUENCE, said.answer(data[pdu_at], data[rest:end], self.uptime))
        return ber.tlv(RESPONSE, data[at:rest] + ber.integer(0) * 2 + binds)


_COUNT = ber.oid("1.3.6.1.6.3.15.1.1.4.0") + ber.integer(1, ber.COUNTER)
_UNKNOWN = ber.tlv(
    ber.SEQUENCE,
    ber.tlv(ber.OCTETS, b"") * 2
    + ber.tlv(
        REPORT,
        ber.integer(0) * 3 + ber.tlv(ber.SEQUENCE, ber.tlv(ber.SEQUENCE, _COUNT)),
    ),
)
"""The report that tells an engine's identity to whoever asks without knowing it."""


async def portal(certificates: Path) -> asyncio.Server:
    """Serve one page over TLS to whoever asks."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates / "broker.pem", certificates / "broker.key")
    body = PAGE.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(head.encode() + body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, HOST, 0, ssl=context)


async def confirm(broker: int, certificates: Path) -> None:
    """Be the centre of both agents: give a receipt for whatever is sent."""
    pair = (certificates / "collector.pem", certificates / "collector.key")
    access = Access(HOST, broker, "collector", Tls(certificates / "ca.pem", *pair))
    topics, centres = Topics(), {uai: Centre() for uai in SITES}
    async with MqttBroker(access).connect(Will("x", b""), [topics.all_up()]) as session:
        async for topic, payload in session.messages():
            uai = next(uai for uai in SITES if f"/{uai}/" in topic)
            answer = centres[uai].handle(topic, payload)
            if answer is not None:
                await session.publish(topics.down(uai, "receipt"), answer, qos=0)


def serve(pipe: Connection, broker: int, certificates: Path) -> None:
    """Say on which ports the lycée answers, then be it until the other end of the pipe speaks."""
    asyncio.run(_serve(pipe, broker, certificates))


async def _serve(pipe: Connection, broker: int, certificates: Path) -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(pipe.fileno(), over.set)
    with ExitStack() as opened:
        responders = Responders(devices(), opened)
        async with await portal(certificates) as server, asyncio.TaskGroup() as group:
            centre = group.create_task(confirm(broker, certificates))
            pipe.send((responders.port, server.sockets[0].getsockname()[1]))
            await over.wait()
            centre.cancel()
            server.close()
