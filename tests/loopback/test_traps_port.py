"""Traps on a real port of the loopback: the probe of the right device is woken."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pysnmp.hlapi.v3arch import asyncio as hlapi

from numlycee.clock import SystemClock
from numlycee_agent.build import reception
from numlycee_agent.cli import main
from numlycee_agent.config import Config, read
from numlycee_agent.ports import Health, Observation, Watched
from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.spool.spool import Spool
from numlycee_agent.traps.listening import HELPING, PAUSE, _advice, listen, open_socket, receive
from numlycee_agent.traps.receiver import Receiver
from numlycee_agent.traps.secure import SecureReader
from numlycee_agent.traps.tally import Fate, Tally
from numlycee_agent.watching.site import SiteAgent
from tests.agent.traps import recorded_notifications as recorded
from tests.agent.virtual import VirtualClock, running
from tests.agent.watching import FakeJournal, resource

HOST = "127.0.0.1"
CONFIG = """\
uai = "0310036W"
data = "data"
receipt_key_file = "receipt.key"
[mqtt]
host = "127.0.0.1"
port = 1
[traps]
listen = "127.0.0.1:{port}"
[snmp.default]
version = "2c"
community = "secret"
[[equipment]]
id = "sw-1"
kind = "switch"
name = "Commutateur 1"
address = "127.0.0.2"
[[equipment]]
id = "sw-2"
kind = "switch"
name = "Commutateur 2"
address = "127.0.0.3"
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
        return port


def configure(folder: Path) -> Config:
    path = folder / "agent.toml"
    path.write_text(CONFIG.format(port=free_port()), encoding="utf-8")
    (folder / "receipt.key").write_text("ab" * 32)
    (folder / "data").mkdir()
    return read(path)


async def become(true: Callable[[], object]) -> None:
    """Return once something is true, within ten seconds."""
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


class Counting:
    """A probe that always finds its resource well."""

    def __init__(self) -> None:
        self.asked = 0

    async def observe(self) -> Observation:
        self.asked += 1
        now = SystemClock().now()
        return Observation(now, now, Health.OK)


async def test_a_trap_wakes_the_probe_of_the_device_that_sends_it(tmp_path: Path) -> None:
    config, clock = configure(tmp_path), SystemClock()
    probes = {"sw-1": Counting(), "sw-2": Counting()}
    watched = [Watched(resource(name, period=600), probe) for name, probe in probes.items()]
    site = SiteAgent(watched, FakeJournal(), clock)
    received = reception(config, site.wake, clock)
    assert config.traps
    assert received
    async with running(site.run()), running(received.run()):
        await become(lambda: all(probe.asked for probe in probes.values()))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.bind(("127.0.0.3", 0))
            device.setblocking(False)
            device.connect(config.traps.address)
            device.send(recorded.V2_INFORM)
            loop = asyncio.get_running_loop()
            assert b"\xa2\x48" in await asyncio.wait_for(loop.sock_recv(device, 500), 10)
            await become(lambda: probes["sw-2"].asked > 1)
            device.send(b"noise")
            await become(lambda: received.tally.counts[Fate.MALFORMED])
    assert probes["sw-1"].asked == 1


def test_check_and_status_speak_of_traps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = configure(tmp_path)
    path = str(tmp_path / "agent.toml")
    with Spool(config.data / "spool", VirtualClock()):
        assert main(["status", "-c", path]) == 0
        assert "traps et informs    aucun\n" in capsys.readouterr().out
        received = reception(config, print, VirtualClock())
        assert received
        received.receiver.take(b"", "127.0.0.2")
        received.tell()
        assert main(["status", "-c", path]) == 0
        assert "traps et informs    malformés 1\n" in capsys.readouterr().out
    assert main(["check", "-c", path]) == 0
    (tmp_path / "agent.toml").write_text(
        path_text(tmp_path).replace('community = "secret"', 'community_file = "absent"')
    )
    assert main(["check", "-c", path]) == 2


def path_text(folder: Path) -> str:
    return (folder / "agent.toml").read_text(encoding="utf-8")


class Sink:
    """Notes how much came, and answers each datagram with itself."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []

    def take(self, datagram: bytes, source: str) -> bytes:
        self.taken.append((datagram, source))
        return datagram

    def has(self, count: int) -> bool:
        return len(self.taken) >= count


async def test_a_storm_is_read_in_helpings() -> None:
    clock, sink = VirtualClock(), Sink()
    with open_socket(HOST, 0) as port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.connect(port.getsockname())
        for _ in range(3 * HELPING):
            device.send(b"storm")
        async with running(receive(port, sink, clock)):
            for helping in (1, 2, 3):
                await become(partial(sink.has, helping * HELPING))
                assert len(sink.taken) == helping * HELPING
                await clock.advance(PAUSE)
            device.send(b"calm")
            await become(lambda: sink.taken[-1] == (b"calm", HOST))
        assert device.recv(10) == b"storm"


async def test_a_port_that_is_taken_is_told_once_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, sink = VirtualClock(), Sink()
    with open_socket(HOST, 0) as other, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        port = other.getsockname()[1]
        device.connect((HOST, port))
        async with running(listen(HOST, port, sink, clock)):
            await clock.advance(130)
            assert caplog.text.count("no trap is received") == 1
            assert "Address already in use" in caplog.text
            other.close()
            await clock.advance(60)
            device.send(b"now")
            await become(lambda: sink.taken)


async def test_why_nothing_is_received_is_told(caplog: pytest.LogCaptureFixture) -> None:
    clock = VirtualClock()
    async with running(listen("192.0.2.1", 1162, Sink(), clock)):
        await clock.advance(1)
    assert "no trap is received on 192.0.2.1 port 1162: Cannot assign" in caplog.text
    assert "CAP_NET_BIND_SERVICE" in _advice(PermissionError(13, "Permission denied"))


@asynccontextmanager
async def receiving(users: list[Usm], woken: list[str]) -> AsyncIterator[tuple[int, Tally]]:
    """Receive what these users tell, inside the block."""
    tally = Tally()
    secure = SecureReader(users, "0310036W", SystemClock())
    receiver = Receiver({HOST: ["sw"]}, [], secure, woken.append, tally)
    with open_socket(HOST, 0) as sock:
        async with running(receive(sock, receiver, SystemClock())):
            yield sock.getsockname()[1], tally


SUITES: list[tuple[Usm, Any, Any]] = [
    (
        Usm("md5", "auth-password", "priv-password", "MD5", "DES"),
        hlapi.USM_AUTH_HMAC96_MD5,
        hlapi.USM_PRIV_CBC56_DES,
    ),
    (
        Usm("sha224", "auth-password", "priv-password", "SHA-224", "AES-192"),
        hlapi.USM_AUTH_HMAC128_SHA224,
        hlapi.USM_PRIV_CFB192_AES_BLUMENTHAL,
    ),
    (
        Usm("sha384", "auth-password", "priv-password", "SHA-384", "AES-128"),
        hlapi.USM_AUTH_HMAC256_SHA384,
        hlapi.USM_PRIV_CFB128_AES,
    ),
    (
        Usm("short", "auth-password", "priv-password", "SHA", "AES-256"),
        hlapi.USM_AUTH_HMAC96_SHA,
        hlapi.USM_PRIV_CFB256_AES_BLUMENTHAL,
    ),
]


@pytest.mark.parametrize(("user", "auth", "priv"), SUITES, ids=lambda v: getattr(v, "user", ""))
@pytest.mark.parametrize("kind", ["trap", "inform"])
async def test_pysnmp_and_we_understand_each_other(
    user: Usm, auth: Any, priv: Any, kind: str
) -> None:
    woken: list[str] = []
    engine = hlapi.SnmpEngine()
    async with receiving([user], woken) as (port, tally):
        trouble, *_ = await hlapi.send_notification(
            engine,
            hlapi.UsmUserData(
                user.user, user.auth_key, user.priv_key, authProtocol=auth, privProtocol=priv
            ),
            await hlapi.UdpTransportTarget.create((HOST, port), timeout=2, retries=1),
            hlapi.ContextData(),
            kind,
            hlapi.NotificationType(hlapi.ObjectIdentity("1.3.6.1.6.3.1.1.5.3")),
        )
        assert not trouble
        await become(lambda: woken)
    engine.close_dispatcher()
    assert woken == ["sw"]
    assert tally.counts[Fate.HEEDED] == 1


def test_an_agent_without_traps_loads_nothing_for_them() -> None:
    code = (
        "import sys, numlycee_agent.agent, numlycee_agent.cli;"
        "sys.exit(bool({'numlycee_agent.traps', 'cryptography'} & {*sys.modules}))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
