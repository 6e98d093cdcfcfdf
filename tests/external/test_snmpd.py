"""A live net-snmp agent, by every version, and by a second opinion."""

import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from numlycee.clock import SystemClock
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.credentials import (
    AuthProtocol,
    Community,
    Credentials,
    PrivProtocol,
    Target,
    Usm,
)
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.identity import identify
from numlycee_agent.snmp.values import Grounds, SnmpRefused
from tests.external.servers import HOST, Snmpd, binary, free_port, running
from tests.loopback.second_opinion import SecondOpinion

V2C = Community(Snmpd.COMMUNITY)
V3 = Usm(Snmpd.USER, Snmpd.AUTH_PASSWORD, Snmpd.PRIV_PASSWORD)
OPENERS: dict[str, type[Engines | SecondOpinion]] = {"ours": Engines, "pysnmp": SecondOpinion}
IF_DESCR = "1.3.6.1.2.1.2.2.1.2"


def target(snmpd: Snmpd) -> Target:
    return Target(HOST, snmpd.port, (1.0, 2.0))


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("credentials", [V2C, Community(Snmpd.COMMUNITY, "1"), V3], ids=repr)
async def test_a_real_agent_is_identified_and_judged(
    snmpd: Snmpd, credentials: Credentials, opener: str
) -> None:
    async with OPENERS[opener]() as engines:
        client = engines.open_client(target(snmpd), credentials)
        identity = await identify(client)
        assert identity.name == "net-snmp.lycee.example"
        assert identity.kind is Kind.SERVER
        rows = await client.walk([IF_DESCR])
        assert b"lo" in rows[IF_DESCR].values()
        seen = await SnmpStateProbe(client, Kind.SERVER, SystemClock()).observe()
        assert seen.health in (Health.OK, Health.DEGRADED)
        assert seen.gauges["uptime_seconds"] > 0


@pytest.mark.parametrize("opener", OPENERS)
async def test_a_wrong_key_is_refused(snmpd: Snmpd, opener: str) -> None:
    async with OPENERS[opener]() as engines:
        wrong = Usm(Snmpd.USER, "not the password", Snmpd.PRIV_PASSWORD)
        with pytest.raises(SnmpRefused):
            await engines.open_client(target(snmpd), wrong).get(["1.3.6.1.2.1.1.1.0"])


async def test_a_stopped_agent_is_silent_and_heard_again_after_a_restart(snmpd: Snmpd) -> None:
    quick = Target(HOST, snmpd.port, (0.5,))
    async with Engines() as engines:
        probe = SnmpStateProbe(engines.open_client(quick, V3), Kind.SERVER, SystemClock())
        assert (await probe.observe()).health is not Health.FAILED
        snmpd.stop()
        began = time.monotonic()
        assert (await probe.observe()).health is Health.FAILED
        assert time.monotonic() - began < 2
        snmpd.start()
        assert (await probe.observe()).health is not Health.FAILED


SUITES = [*product(get_args(AuthProtocol), get_args(PrivProtocol))]
AUTH_KEY, PRIV_KEY = "authentication-of-one-test", "privacy-of-one-test"
EVERY = (
    Usm("open"),
    *(Usm(auth.lower(), AUTH_KEY, None, auth) for auth in get_args(AuthProtocol)),
    *(Usm(f"{auth}.{priv}", AUTH_KEY, PRIV_KEY, auth, priv) for auth, priv in SUITES),
)


def configured(user: Usm) -> str:
    """Return the lines of snmpd.conf that make a user known and let it read."""
    signs = f" {user.auth_protocol} {user.auth_key}" if user.auth_key else ""
    enciphers = f" {user.priv_protocol.replace('AES-128', 'AES')} {user.priv_key}"
    level = "priv" if user.priv_key else "auth" if user.auth_key else "noauth"
    secrets = signs + (enciphers if user.priv_key else "")
    return f"createUser {user.user}{secrets}\nrouser {user.user} {level}\n"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Snmpd]:
    """A net-snmp agent that knows a user of every suite."""
    port = free_port(socket.SOCK_DGRAM)
    lines = [f"agentAddress udp:{HOST}:{port}\n", *map(configured, EVERY)]
    (tmp_path / "snmpd.conf").write_text("".join(lines))
    command = (
        *(binary("snmpd", "snmpd"), "-f", "-Lo", "-C", "-c", str(tmp_path / "snmpd.conf")),
        *("-p", str(tmp_path / "pid"), "-I", "-smux"),
    )
    environment = {"SNMP_PERSISTENT_DIR": f"{tmp_path}/kept", "SNMPCONFPATH": str(tmp_path)}
    with running(Snmpd("snmpd", command, tmp_path, port, environment)) as server:
        yield server


async def test_every_suite_of_v3_is_understood_by_net_snmp(agent: Snmpd) -> None:
    async with Engines() as engines:
        clients = {
            user: engines.open_client(Target(HOST, agent.port, (10.0,)), user) for user in EVERY
        }
        for user, client in clients.items():
            assert b"lo" in (await client.walk([IF_DESCR]))[IF_DESCR].values(), user
        agent.restart()
        for user, client in clients.items():
            assert b"lo" in (await client.walk([IF_DESCR]))[IF_DESCR].values(), user


@pytest.mark.parametrize("user", [EVERY[0], EVERY[-1]], ids=lambda user: user.user)
async def test_an_agent_that_forgot_everything_is_another_engine(agent: Snmpd, user: Usm) -> None:
    async with Engines() as engines:
        client = engines.open_client(Target(HOST, agent.port, (10.0,)), user)
        assert b"lo" in (await client.walk([IF_DESCR]))[IF_DESCR].values()
        agent.stop()
        shutil.rmtree(agent.folder / "kept")
        agent.start()
        assert b"lo" in (await client.walk([IF_DESCR]))[IF_DESCR].values()


async def test_net_snmp_says_what_is_wrong_or_it_is_found_out(agent: Snmpd) -> None:
    wrong = {
        replace(EVERY[-1], auth_key="not the key"): Grounds.AUTH_KEY,
        replace(EVERY[-1], auth_protocol="MD5"): Grounds.AUTH_KEY,
        replace(EVERY[-1], priv_key="not the key"): Grounds.PRIV_KEY,
        replace(EVERY[-1], priv_key=None): Grounds.VIEW,
        Usm("nobody", AUTH_KEY): Grounds.USER,
        replace(EVERY[1], priv_key=PRIV_KEY): Grounds.LEVEL,
    }
    async with Engines() as engines:
        for user, grounds in wrong.items():
            client = engines.open_client(Target(HOST, agent.port, (2.0,)), user)
            with pytest.raises(SnmpRefused) as refusal:
                await client.get(["1.3.6.1.2.1.1.1.0"])
            assert refusal.value.grounds is grounds
