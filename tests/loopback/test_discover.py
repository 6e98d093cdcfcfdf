"""Discovery through real sockets: devices of our own, and those recorded beside the project."""

import asyncio
import csv
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from numlycee.adapters.snmp_devices import Said, SimulatedDevices, Typed
from numlycee.clock import SystemClock
from numlycee_agent import config
from numlycee_agent.cli import main
from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.graph import Graph
from numlycee_agent.discovery.neighbours import read_surroundings
from numlycee_agent.discovery.records import Protocol, Surroundings
from numlycee_agent.snmp.credentials import Community
from numlycee_agent.snmp.engines import Engines
from tests.external.servers import free_port
from tests.loopback.snmp_responder import RECORDINGS, need, responding

LLDP = "1.0.8802.1.1.2.1.4.1.1"
SWITCH = "1.3.6.1.4.1.171.10.119.1"
CONFIG = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
[mqtt]
host = "127.0.0.1"
[snmp.anciens]
version = "2c"
port = {port}
community = "tres-secret"
[snmp.default]
version = "2c"
port = {port}
community = "public"
[[equipment]]
id = "coeur"   # gardé tel quel
kind = "switch"
name = "Cœur"
address = "127.0.0.2"
"""


def octets(number: int) -> bytes:
    return bytes.fromhex(f"001e580000{number:02x}")


def switch(number: int, neighbour: int) -> dict[str, Said]:
    """A switch whose port 1 leads to another's port 1, as LLDP-MIB tells it."""
    return {
        "1.3.6.1.2.1.1.1.0": "DGS-3420-28TC Gigabit Ethernet Switch",
        "1.3.6.1.2.1.1.2.0": Typed("name", SWITCH),
        "1.3.6.1.2.1.1.5.0": f"sw{number}",
        "1.3.6.1.2.1.17.1.1.0": octets(number),
        "1.3.6.1.2.1.2.2.1.2.1": "Port 1",
        "1.3.6.1.2.1.31.1.1.1.1.1": "1/1",
        f"{LLDP}.4.0.1.1": 4,
        f"{LLDP}.5.0.1.1": octets(neighbour),
        f"{LLDP}.6.0.1.1": 5,
        f"{LLDP}.7.0.1.1": "1/1",
    }


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Two switches linked to each other, on one port of 127.0.0.2 and 127.0.0.3."""
    port = free_port(socket.SOCK_DGRAM)
    async with SimulatedDevices(SystemClock()) as devices:
        await devices.add(switch(1, 2), host="127.0.0.2", port=port)
        await devices.add(switch(2, 1), host="127.0.0.3", port=port)
        yield port


@pytest.fixture
def path(tmp_path: Path, port: int) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(CONFIG.format(port=port), encoding="utf-8")
    return path


async def run(*arguments: object) -> int:
    return await asyncio.to_thread(main, [str(argument) for argument in arguments])


async def test_a_proposal_is_a_configuration_to_review(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, out = path.read_bytes(), path.with_name("proposition.toml")
    order = ("discover", "127.0.0.2", "127.0.0.3", "-c", path, "-o", out)
    assert await run(*order, "--root", "127.0.0.2") == 0
    once = out.read_bytes()
    assert once.startswith(before)
    assert path.read_bytes() == before
    item = config.read(out).equipment[1]
    assert (item.id, item.parent, item.address) == ("sw-001e58000002", "coeur", "127.0.0.3")
    assert "confirmé des deux bouts (LLDP)" in once.decode()
    told = capsys.readouterr()
    assert told.out == ""
    assert "coeur · commutateur D-Link DGS-3420-28TC · 127.0.0.2 · sw1\n" in told.err
    assert "└─ 1/1 ═ sw-001e58000002 · commutateur" in told.err
    assert "sw2 (proposé)\n2 adresses ; 2 équipements ; 1 proposition" in told.err
    assert await run(*order, "--root", "127.0.0.2") == 0
    assert out.read_bytes() == once
    out.rename(path)
    assert await run(*order, "--root", "127.0.0.2") == 0
    assert out.read_bytes() == once


async def test_the_standard_output_has_what_is_new_and_no_secret(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("discover", "127.0.0.2/31", "-c", path) == 0
    shown = capsys.readouterr()
    assert "[[equipment]]" in shown.out
    assert "coeur" not in shown.out
    assert "tres-secret" not in shown.out + shown.err


async def test_probe_shows_a_device(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("probe", "127.0.0.2", "--port", port) == 0
    shown = capsys.readouterr().out
    assert "D-Link DGS-3420-28TC · commutateur" in shown
    assert "00:1e:58:00:00:02" in shown
    assert await run("probe", "127.0.0.2", "--port", port, "--format", "json") == 0
    assert '"kind": "switch"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("127.0.0.0/33",), "is not a subnet"),
        (("10.0.0.0/8",), "are too many"),
        (("127.0.0.2", "--root", "coeur"), "is not an IP address"),
        (("127.0.0.2", "--root", "127.0.0.9"), "--root: 127.0.0.9 did not answer"),
        (("127.0.0.2", "-o", "agent.toml"), "is in force"),
    ],
)
async def test_orders_that_cannot_be_carried_out(
    path: Path,
    arguments: tuple[str, ...],
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = [str(path) if word == "agent.toml" else word for word in arguments]
    assert await run("discover", *given, "-c", path) == 2
    assert told in capsys.readouterr().err


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with need(RECORDINGS / "lldp.csv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


@pytest.fixture(scope="module")
def recorded(
    rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Surroundings]]:
    """Every recorded device that has neighbours, read through a socket."""
    names = sorted({row["file"] for row in rows})
    folder = tmp_path_factory.mktemp("neighbours")
    with responding(folder, [RECORDINGS / name for name in names]) as target:

        async def read() -> dict[str, Surroundings]:
            async with Engines() as engines:
                return {
                    name: await read_surroundings(
                        engines.open_client(target, Community(Path(name).stem))
                    )
                    for name in names
                }

        yield asyncio.run(read())


def test_every_recorded_neighbour_is_read(
    rows: list[dict[str, str]], recorded: dict[str, Surroundings]
) -> None:
    for name, around in recorded.items():
        told = {one.chassis for one in around.neighbours if one.protocol is Protocol.LLDP}
        spelt = {row["chassis_id"] for row in rows if row["file"] == name}
        macs = {chassis.lower() for chassis in spelt if chassis.count(":") == 5}
        assert told - {""} == macs - {"00:00:00:00:00:00"}, name


def cluster(
    rows: list[dict[str, str]], recorded: dict[str, Surroundings]
) -> tuple[set[tuple[str, str]], dict[str, Surroundings]]:
    """The links between recorded devices as the recordings' own table has them."""
    pairs = {(row["file"], row["known_device"]) for row in rows if row["known_device"]}
    return pairs, {name: recorded[name] for pair in pairs for name in pair}


def ends(graph: Graph, devices: dict[str, Surroundings]) -> set[tuple[str, str, str, str]]:
    names = {around.key: name for name, around in devices.items()}
    return {
        (names[near.node], near.port, names[far.node], far.port)
        for key in names
        for edge, near, far in graph.around(key)
        if edge.confirmed
    }


def test_links_between_recorded_devices_are_confirmed(
    rows: list[dict[str, str]], recorded: dict[str, Surroundings]
) -> None:
    pairs, devices = cluster(rows, recorded)
    graph = draw(devices.values())
    confirmed = ends(graph, devices)
    assert {(one, other) for one, _, other, _ in confirmed} == pairs
    told = {(row["file"], row["local_ifname_by_ifindex"], row["known_device"]) for row in rows}
    assert {end[:3] for end in confirmed} == {row for row in told if row[2]}


def test_forwarding_tables_alone_give_the_same_links(
    rows: list[dict[str, str]], recorded: dict[str, Surroundings]
) -> None:
    _, devices = cluster(rows, recorded)
    mute = {name: replace(around, neighbours=()) for name, around in devices.items()}
    assert ends(draw(mute.values()), mute) == ends(draw(devices.values()), devices)
