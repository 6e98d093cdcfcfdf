"""Real traps and informs of net-snmp, by every version, to a real port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from numlycee.clock import SystemClock
from numlycee_agent.snmp.credentials import Community, Usm
from numlycee_agent.traps.listening import open_socket, receive
from numlycee_agent.traps.receiver import Receiver
from numlycee_agent.traps.secure import SecureReader
from numlycee_agent.traps.tally import Fate, Tally
from tests.external.servers import HOST, binary

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
BIND = ("1.3.6.1.2.1.2.2.1.1.3", "i", "3")
COMMUNITY = ("-c", "secret-community")
AES = Usm("aes", "auth-password", "priv-password", "SHA", "AES-128")
USERS = (
    AES,
    Usm("des", "auth-password", "priv-password", "MD5", "DES"),
    Usm("sha256", "auth-password", "priv-password", "SHA-256", "AES-128"),
    Usm("sha512", "auth-password", None, "SHA-512"),
    Usm("nobody"),
)
SENDER_ENGINE = "0x80001f8804746573742d656e67696e65"


class Port:
    """A receiver on a free port, and what it was asked to wake."""

    def __init__(self) -> None:
        self.woken: list[str] = []
        self.tally = Tally()
        secure = SecureReader(USERS, "0310036W", SystemClock())
        self.receiver = Receiver(
            {HOST: ["sw"]}, [Community("secret-community")], secure, self.woken.append, self.tally
        )
        self.number = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Port"]:
        """Receive inside the block."""
        with open_socket(HOST, 0) as sock:
            self.number = sock.getsockname()[1]
            async with asyncio.TaskGroup() as group:
                task = group.create_task(receive(sock, self.receiver, SystemClock()))
                yield self
                task.cancel()

    async def send(self, command: str, *arguments: str) -> int:
        """Run a command of net-snmp against the port; returns its exit code."""
        process = await asyncio.create_subprocess_exec(
            binary(command, "snmp"), *arguments, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(20):
            return await process.wait()

    async def sees(self, true: Callable[[], bool]) -> None:
        """Return once something is true, within five seconds."""
        async with asyncio.timeout(5):
            while not true():
                await asyncio.sleep(0.01)

    @property
    def address(self) -> str:
        return f"udp:{HOST}:{self.number}"


def security(user: Usm) -> tuple[str, ...]:
    """The arguments of net-snmp for a user."""
    level = "authPriv" if user.priv_key else "authNoPriv" if user.auth_key else "noAuthNoPriv"
    cipher = {"AES-128": "AES", "DES": "DES"}.get(user.priv_protocol, user.priv_protocol)
    keys = ("-a", user.auth_protocol, "-A", user.auth_key) if user.auth_key else ()
    secret = ("-x", cipher, "-X", user.priv_key) if user.priv_key else ()
    return ("-u", user.user, "-l", level, *keys, *secret)


async def test_a_v1_trap_wakes() -> None:
    async with Port().listening() as port:
        enterprise = ("1.3.6.1.4.1.8072", HOST, "2", "0", "")
        assert not await port.send("snmptrap", "-v1", *COMMUNITY, port.address, *enterprise, *BIND)
        await port.sees(lambda: port.woken == ["sw"])


async def test_a_v2c_trap_and_inform_wake() -> None:
    async with Port().listening() as port:
        event = (port.address, "", LINK_DOWN, *BIND)
        assert not await port.send("snmptrap", "-v2c", *COMMUNITY, *event)
        assert not await port.send("snmpinform", "-v2c", "-t2", *COMMUNITY, *event)
        await port.sees(lambda: port.woken == ["sw", "sw"])


@pytest.mark.parametrize("user", USERS, ids=lambda user: user.user)
async def test_a_v3_trap_and_inform_wake(user: Usm) -> None:
    async with Port().listening() as port:
        event = (port.address, "", LINK_DOWN, *BIND)
        trap = ("-v3", "-e", SENDER_ENGINE, *security(user))
        assert not await port.send("snmptrap", *trap, *event)
        assert not await port.send("snmpinform", "-v3", "-t2", *security(user), *event)
        await port.sees(lambda: port.woken == ["sw", "sw"])
    assert port.tally.counts[Fate.HEEDED] == 2


@pytest.mark.parametrize(
    ("stranger", "fate"),
    [
        (Usm("aes", "wrong-password", "priv-password", "SHA", "AES-128"), Fate.WRONG_DIGEST),
        (Usm("aes", "auth-password", "wrong-password", "SHA", "AES-128"), Fate.UNDECIPHERABLE),
        (Usm("who", "auth-password", "priv-password", "SHA", "AES-128"), Fate.UNKNOWN_USER),
        (Usm("aes"), Fate.WRONG_LEVEL),
    ],
    ids=lambda value: str(getattr(value, "user", value)),
)
async def test_a_stranger_is_counted_and_wakes_nothing(stranger: Usm, fate: Fate) -> None:
    async with Port().listening() as port:
        event = (port.address, "", LINK_DOWN, *BIND)
        assert not await port.send(
            "snmptrap", "-v3", "-e", SENDER_ENGINE, *security(stranger), *event
        )
        await port.sees(lambda: port.tally.counts[fate] == 1)
        assert await port.send("snmpinform", "-v3", "-t1", "-r0", *security(stranger), *event)
    assert port.woken == []


async def test_a_wrong_community_gets_no_answer() -> None:
    async with Port().listening() as port:
        event = (port.address, "", LINK_DOWN, *BIND)
        assert await port.send("snmpinform", "-v2c", "-t1", "-r0", "-c", "public", *event)
    assert port.tally.counts == {Fate.WRONG_COMMUNITY: 1}
