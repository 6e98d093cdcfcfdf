import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from itertools import product
from typing import get_args

import pytest

from numlycee.adapters.snmp_devices import SimulatedDevice, SimulatedDevices, Typed, User
from numlycee.clock import SystemClock
from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.credentials import (
    AuthProtocol,
    Community,
    Credentials,
    PrivProtocol,
    Target,
    Usm,
)
from numlycee_agent.snmp.endpoint import Dialogue, Endpoints
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.message import Request, Version
from numlycee_agent.snmp.values import (
    SnmpDecodeError,
    SnmpError,
    SnmpRefused,
    SnmpTimeout,
    SnmpUnasked,
)
from tests.external.servers import free_port
from tests.loopback.second_opinion import SecondOpinion

HOST = "127.0.0.1"
CLOCK = SystemClock()
SYS_DESCR, SYS_OBJECT_ID = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"
SYS_UPTIME, LACKING = "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.99.0"
ADDRESS, TRAFFIC = "1.3.6.1.2.1.4.20.1.1.10.0.0.1", "1.3.6.1.2.1.31.1.1.1.6"
NAMES = "1.3.6.1.2.1.31.1.1.1.1"
AUTH, PRIV = "authentication", "confidential"
USERS = (
    User("sha", AUTH, PRIV),
    User("sha-256", AUTH, PRIV, "SHA-256", "AES-256"),
)
V3 = [
    Usm("sha", AUTH, PRIV),
    Usm("sha-256", AUTH, PRIV, "SHA-256", "AES-256"),
]
EVERY = [Community("public"), Community("public", "1"), *V3]
OPENERS: dict[str, type[Engines | SecondOpinion]] = {"ours": Engines, "pysnmp": SecondOpinion}


@pytest.fixture
async def devices() -> AsyncIterator[SimulatedDevices]:
    async with SimulatedDevices(CLOCK, users=USERS) as devices:
        yield devices


@pytest.fixture(params=OPENERS)
async def engines(request: pytest.FixtureRequest) -> AsyncIterator[Engines | SecondOpinion]:
    async with OPENERS[request.param]() as engines:
        yield engines


async def switch(devices: SimulatedDevices) -> SimulatedDevice:
    ports = range(1, 53)
    return await devices.add(
        {
            SYS_DESCR: "commutateur simulé",
            SYS_OBJECT_ID: Typed("name", "1.3.6.1.4.1.8072.3.2.10"),
            ADDRESS: Typed("address", "10.0.0.1"),
            **{f"{NAMES}.{port}": f"port {port}" for port in ports},
            **{f"{TRAFFIC}.{port}": Typed("counter64", 2**63 + port) for port in ports},
        }
    )


def target(device: SimulatedDevice, *waits: float) -> Target:
    return Target(device.host, device.port, waits or (0.5, 1.0))


@pytest.mark.parametrize("credentials", EVERY, ids=repr)
async def test_every_version_reads_the_same_device(
    devices: SimulatedDevices, engines: Engines | SecondOpinion, credentials: Credentials
) -> None:
    client = engines.open_client(target(await switch(devices)), credentials)
    found = await client.get([SYS_DESCR, SYS_OBJECT_ID, LACKING, SYS_UPTIME, ADDRESS])
    assert found.pop(SYS_UPTIME) >= 8_640_000  # type: ignore[operator]  # it is a number
    assert found == {
        SYS_DESCR: "commutateur simulé".encode(),
        SYS_OBJECT_ID: "1.3.6.1.4.1.8072.3.2.10",
        ADDRESS: "10.0.0.1",
    }
    assert await client.get([LACKING]) == {}
    rows = await client.walk([NAMES, "1.3.6.1.2.1.99.1"])
    assert rows[NAMES] == {str(port): b"port %d" % port for port in range(1, 53)}
    assert rows["1.3.6.1.2.1.99.1"] == {}
    assert len((await client.walk([NAMES], max_rows=9))[NAMES]) == 9


@pytest.mark.parametrize("credentials", [EVERY[0], *V3], ids=repr)
async def test_large_counters_are_whole(
    devices: SimulatedDevices, engines: Engines | SecondOpinion, credentials: Credentials
) -> None:
    client = engines.open_client(target(await switch(devices)), credentials)
    assert (await client.walk([TRAFFIC]))[TRAFFIC]["52"] == 2**63 + 52


@pytest.mark.parametrize("credentials", EVERY, ids=repr)
async def test_a_device_falls_silent_and_comes_back(
    devices: SimulatedDevices, engines: Engines | SecondOpinion, credentials: Credentials
) -> None:
    device = await switch(devices)
    client = engines.open_client(target(device, 0.5), credentials)
    await client.get([SYS_DESCR])
    device.silence(True)
    with pytest.raises(SnmpTimeout):
        await client.get([SYS_DESCR])
    device.silence(False)
    assert SYS_DESCR in await client.get([SYS_DESCR])
    client.close()


@pytest.mark.parametrize(
    "wrong",
    [
        Usm("sha", "not the password", PRIV),
        Usm("sha", AUTH, "not the password"),
        Usm("nobody", AUTH, PRIV),
    ],
    ids=["authentication", "privacy", "user"],
)
async def test_a_wrong_key_is_refused_not_silent(
    devices: SimulatedDevices, engines: Engines | SecondOpinion, wrong: Usm
) -> None:
    client = engines.open_client(target(await switch(devices)), wrong)
    with pytest.raises(SnmpRefused) as refusal:
        await client.get([SYS_DESCR])
    assert "password" not in str(refusal.value)


async def test_a_wrong_community_is_silence(
    devices: SimulatedDevices, engines: Engines | SecondOpinion
) -> None:
    client = engines.open_client(target(await switch(devices), 0.2), Community("private"))
    with pytest.raises(SnmpTimeout):
        await client.get([SYS_DESCR])


@pytest.mark.parametrize("credentials", EVERY, ids=repr)
async def test_a_name_without_address_accuses_nobody(
    engines: Engines | SecondOpinion, credentials: Credentials
) -> None:
    client = engines.open_client(Target("nowhere.invalid", 161, (0.2,)), credentials)
    with pytest.raises(SnmpUnasked):
        await client.get([SYS_DESCR])


async def test_what_this_machine_may_not_send_accuses_nobody() -> None:
    async with Engines() as engines:
        # Broadcasting needs a right that the socket has not asked for.
        client = engines.open_client(Target("255.255.255.255", 161, (0.2,)), Community("public"))
        with pytest.raises(SnmpUnasked):
            await client.get([SYS_DESCR])


@pytest.mark.parametrize("credentials", EVERY, ids=repr)
async def test_a_host_without_an_agent_is_silent(
    engines: Engines | SecondOpinion, credentials: Credentials
) -> None:
    nobody = Target(HOST, free_port(socket.SOCK_DGRAM), (0.2, 0.2))
    with pytest.raises(SnmpTimeout):
        await engines.open_client(nobody, credentials).get([SYS_DESCR])


async def test_every_suite_of_v3_is_understood_by_pysnmp() -> None:
    suites = [*product(get_args(AuthProtocol), get_args(PrivProtocol))]
    known = [User(f"{auth} {priv}", AUTH, PRIV, auth, priv) for auth, priv in suites]
    known += [User(auth, AUTH, None, auth) for auth in get_args(AuthProtocol)]
    known += [User("nobody in particular")]
    async with SimulatedDevices(CLOCK, users=known) as devices, Engines() as engines:
        device = await switch(devices)
        for user in known:
            credentials = Usm(
                *(user.name, user.auth_key, user.priv_key, user.auth_protocol, user.priv_protocol)
            )
            client = engines.open_client(target(device, 20.0), credentials)
            assert (await client.walk([NAMES]))[NAMES]["52"] == b"port 52", user.name
        assert device.requests == len(known) * 4  # a discovery, 25 rows twice, and the end


async def test_a_user_is_shared_by_all_its_devices(devices: SimulatedDevices) -> None:
    held = [await devices.add({SYS_DESCR: f"device {at}"}) for at in range(20)]
    async with Engines() as engines:
        clients = [engines.open_client(target(device, 5.0), V3[0]) for device in held]
        found = await asyncio.gather(*(client.get([SYS_DESCR]) for client in clients))
        assert [answer[SYS_DESCR] for answer in found] == [b"device %d" % at for at in range(20)]
        assert len(engines._endpoints._open) == len(engines._secured._users) == 1


async def test_two_users_of_one_name_have_each_their_key(engines: Engines | SecondOpinion) -> None:
    one, other = User("same", AUTH, PRIV), User("same", "another password", PRIV)
    async with (
        SimulatedDevices(CLOCK, users=[one]) as here,
        SimulatedDevices(CLOCK, users=[other]) as there,
    ):
        for device, user in [(await switch(here), one), (await switch(there), other)] * 2:
            credentials = Usm(user.name, user.auth_key, user.priv_key)
            client = engines.open_client(target(device), credentials)
            assert SYS_DESCR in await client.get([SYS_DESCR])


async def test_many_devices_share_one_socket(devices: SimulatedDevices) -> None:
    async with Engines() as engines:
        held = [await devices.add({SYS_DESCR: f"device {at}"}) for at in range(60)]
        clients = [engines.open_client(target(device), Community("public")) for device in held]
        found = await asyncio.gather(*(client.get([SYS_DESCR]) for client in clients))
        assert [answer[SYS_DESCR] for answer in found] == [b"device %d" % at for at in range(60)]
        assert len(engines._endpoints._open) == 1


async def test_one_device_is_asked_one_thing_at_a_time(devices: SimulatedDevices) -> None:
    device = await switch(devices)
    async with Engines() as engines:
        client = engines.open_client(target(device, 0.2), Community("public"))
        device.silence(True)
        asked = [client.get([SYS_DESCR]) for _ in range(3)]
        began = CLOCK.monotonic()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(answer, SnmpTimeout) for answer in found)
        assert CLOCK.monotonic() - began >= 0.55


class Liar(asyncio.DatagramProtocol):
    """Answers every request with what a function makes of it."""

    def __init__(self, reply: Callable[[bytes], list[bytes]]) -> None:
        self.reply = reply
        self.asked = 0

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked += 1
        for answer in self.reply(data):
            self.transport.sendto(answer, addr)


async def lie(reply: Callable[[bytes], list[bytes]]) -> tuple[Target, Liar]:
    transport, liar = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Liar(reply), local_addr=(HOST, 0)
    )
    return Target(HOST, transport.get_extra_info("sockname")[1], (0.2, 0.2)), liar


def sound(request: bytes, status: int = 0) -> bytes:
    at = request.index(b"\x02\x04") + 2
    bind = ber.tlv(ber.SEQUENCE, ber.oid(SYS_DESCR) + ber.tlv(ber.OCTETS, b"yes"))
    fields = b"\x02\x04" + request[at : at + 4] + ber.integer(status) + ber.integer(0)
    pdu = ber.tlv(message.RESPONSE, fields + ber.tlv(ber.SEQUENCE, bind))
    return ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.tlv(ber.OCTETS, b"public") + pdu)


async def test_noise_and_answers_to_others_are_dropped() -> None:
    stale = sound(Request(Version.V2C, b"public", message.GET, [SYS_DESCR]).encode(1 << 30))
    target, liar = await lie(lambda request: [b"", b"noise", stale, sound(request), sound(request)])
    async with Engines() as engines:
        client = engines.open_client(target, Community("public"))
        for _ in range(3):
            assert await client.get([SYS_DESCR]) == {SYS_DESCR: b"yes"}
        assert liar.asked == 3
    liar.transport.close()


@pytest.mark.parametrize("community", ["public", "private"])
async def test_a_device_may_answer_from_another_of_its_addresses(community: str) -> None:
    # A router with several interfaces does so; a stranger does not know port, name and identifier.
    asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asked.bind((HOST, 0))
    asked.setblocking(False)
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.2", asked.getsockname()[1]))
    async with Engines() as engines:
        target = Target(HOST, asked.getsockname()[1], (0.3,))
        client = engines.open_client(target, Community(community))
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(_ask(client.get([SYS_DESCR])))
            await CLOCK.sleep(0.05)
            request, manager = asked.recvfrom(65_535)
            other.sendto(sound(request), manager)
        known = {SYS_DESCR: b"yes"} if community == "public" else None
        assert known in (None, asking.result())
        assert known is not None or isinstance(asking.result(), SnmpTimeout)
    asked.close()
    other.close()


async def test_an_answer_from_another_port_does_not_count() -> None:
    device = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    device.bind((HOST, 0))
    device.setblocking(False)
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    endpoints = Endpoints()
    target = Target(HOST, device.getsockname()[1], (0.3,))
    endpoint, peer = await endpoints.reach(target)
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_ask(endpoint.hold(peer, one_question(), [0.3])))
        await CLOCK.sleep(0.05)
        request, manager = device.recvfrom(65_535)
        other.sendto(sound(request), manager)
    assert isinstance(asking.result(), SnmpTimeout)
    assert endpoint.strays == 1
    assert not endpoint.talks
    for held in (device, other, endpoints):
        held.close()


def one_question() -> Dialogue[bytes]:
    return (yield Request(Version.V2C, b"public", message.GET, [SYS_DESCR]))


async def _ask(question: object) -> object:
    try:
        return await question  # type: ignore[misc]  # any awaitable
    except SnmpError as fault:
        return fault


async def test_a_lost_datagram_is_sent_again() -> None:
    lost = iter([True])
    target, liar = await lie(lambda request: [] if next(lost, False) else [sound(request)])
    async with Engines() as engines:
        client = engines.open_client(target, Community("public"))
        assert await client.get([SYS_DESCR]) == {SYS_DESCR: b"yes"}
    assert liar.asked == 2
    liar.transport.close()


async def test_a_damaged_answer_is_an_error_at_once() -> None:
    target, liar = await lie(lambda request: [sound(request)[:-1] + b"", sound(request)])
    cut, damaged = await lie(
        lambda request: [sound(request).replace(b"\x04\x03yes", b"\x99\x03yes")]
    )
    async with Engines() as engines:
        assert await engines.open_client(target, Community("public")).get([SYS_DESCR])
        with pytest.raises(SnmpDecodeError):
            await engines.open_client(cut, Community("public")).get([SYS_DESCR])
    liar.transport.close()
    damaged.transport.close()


@pytest.mark.parametrize("status", [6, 16])
async def test_a_refusal_of_the_view_is_told(status: int) -> None:
    target, liar = await lie(lambda request: [sound(request, status)])
    async with Engines() as engines:
        with pytest.raises(SnmpRefused):
            await engines.open_client(target, Community("public")).get([SYS_DESCR])
    liar.transport.close()


async def test_closing_tells_those_who_wait(devices: SimulatedDevices) -> None:
    device = await switch(devices)
    device.silence(True)
    engines = Engines()
    client = engines.open_client(target(device, 30.0), Community("public"))
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(_ask(client.get([SYS_DESCR])))
        await CLOCK.sleep(0.05)
        engines.close()
    assert isinstance(asking.result(), SnmpTimeout)


async def test_without_a_cipher_v3_says_what_to_install() -> None:
    engines = Engines(lambda: False)
    with pytest.raises(SnmpError, match="numlycee-agent\\[snmp\\]"):
        engines.open_client(Target(HOST), V3[0])
    engines.open_client(Target(HOST), Usm("signing", AUTH))


async def test_simulated_devices_change_under_ones_eyes(devices: SimulatedDevices) -> None:
    beats = iter(range(9))
    device = await devices.add({SYS_DESCR: "avant", NAMES + ".1": lambda: next(beats)}, up_for=5000)
    async with Engines() as engines:
        client = engines.open_client(target(device), Community("public"))
        device[SYS_DESCR] = "après"
        device[NAMES + ".2"] = Typed("gauge", 2**40)
        del device[NAMES + ".2"]
        first = await client.get([SYS_DESCR, NAMES + ".1", NAMES + ".2", SYS_UPTIME])
        assert (first[SYS_DESCR], first[NAMES + ".1"]) == ("après".encode(), 0)
        assert NAMES + ".2" not in first
        assert 500 <= int(first[SYS_UPTIME]) < 700
        device.reboot()
        assert int((await client.get([SYS_UPTIME]))[SYS_UPTIME]) < 100
        assert len(device) == len(list(device)) == 3
        assert device.requests == 2
