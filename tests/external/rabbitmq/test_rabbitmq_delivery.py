"""Collectors behind a real RabbitMQ, as it is deployed: they share, nothing is lost or doubled."""

import asyncio
import logging
import signal
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from numlycee.adapters.rabbitmq import RabbitAddress, RabbitCentre
from numlycee.adapters.sql import open_store
from numlycee.clock import SystemClock
from numlycee.wire.receipts import Mark, decode_receipt, site_key
from numlycee_agent.ports import Will
from numlycee_agent.telling.access import Access, Tls
from numlycee_agent.telling.mqtt import MqttBroker
from tests.collector.centre import MASTER, Agent, Centre, HandClock
from tests.external.conftest import ROOT, Certificates
from tests.external.house import PATHS, Collector
from tests.external.rabbitmq.clients import (
    BULLETIN,
    MINE,
    PATIENCE,
    TOPICS,
    Desk,
    client,
    delete,
    serving,
    until,
    waiting,
)
from tests.external.rabbitmq.node import RabbitMQ
from tests.external.servers import HOST, free_port, running

SETTINGS = """\
sites = "sites.csv"
secret_file = "master.secret"
[rabbitmq]
host = "{host}"
port = {port}
queue = "{queue}"
[rabbitmq.tls]
ca = "{pki}/ca.pem"
certificate = "{pki}/collector.pem"
key = "{pki}/collector.key"
[http]
port = {http}
"""
WRITTEN = "[ok = dets:sync(Table) || Table <- dets:all()]."
"""Where RabbitMQ keeps the names of its queues: it writes them three minutes after their birth."""

pytestmark = pytest.mark.timeout(240)  # the first waits for the node


async def test_from_an_agent_by_mqtt_to_its_receipt(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress, tmp_path: Path
) -> None:
    tls = Tls(certificates.authority, *certificates.of(MINE))
    agent = MqttBroker(Access(HOST, node.port, MINE, tls))
    will = Will(TOPICS.up(MINE, "presence"), b"gone")
    writer = Agent()
    with closing(open_store(f"sqlite:///{tmp_path}/account.db", HandClock())) as store:
        async with (
            serving(address, Centre(store).ingest),
            asyncio.timeout(PATIENCE),
            agent.connect(will, [TOPICS.all_down(MINE)]) as session,
        ):
            for message in (writer.hello(), writer.sends(writer.listing(), writer.bulletin())):
                await session.publish(*message, qos=1)
            async for _, payload in session.messages():
                receipt = decode_receipt(payload, site_key(MASTER, MINE))
                if receipt.runs.get(writer.run) == Mark(2):
                    break
        assert [line.stored for line in store.completeness()[1]] == [2]
    assert await waiting(address) == 0


async def test_collectors_share_what_is_stored_and_all_hear_what_is_live(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    desks = Desk(), Desk(), Desk()
    async with (
        serving(address, desks[0]),
        serving(address, desks[1]),
        serving(address, desks[2]),
        client(node, certificates) as agent,
    ):
        for i in range(300):
            await agent.publish(BULLETIN, b"%d" % i, qos=1)
        await agent.publish(TOPICS.up(MINE, "now"), b"now", qos=0)
        await agent.publish(TOPICS.up(MINE, "presence"), b"here", qos=1, retain=True)
        live = {(TOPICS.up(MINE, "now"), b"now"), (TOPICS.up(MINE, "presence"), b"here")}
        await until(lambda: all(live <= set(desk.seen) for desk in desks))
        await until(lambda: sum(len(desk.bulletins()) for desk in desks) >= 300)
    shares = [desk.bulletins() for desk in desks]
    assert all(shares)
    assert sorted(map(int, chain.from_iterable(shares))) == list(range(300))
    assert await waiting(address) == 0


async def test_a_collector_killed_between_commit_and_acknowledgement_doubles_nothing(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress, tmp_path: Path
) -> None:
    writer = Agent()
    command = (sys.executable, "-m", "tests.external.rabbitmq.dying", str(certificates.folder))
    given = (str(node.amqp), address.queue, str(tmp_path / "account.db"))
    with subprocess.Popen([*command, *given], cwd=ROOT, stdout=subprocess.PIPE) as dying:
        assert dying.stdout
        assert await asyncio.to_thread(dying.stdout.readline) == b"connected\n"
        async with client(node, certificates) as agent:
            await agent.publish(*writer.sends(writer.listing(), writer.bulletin()), qos=1)
            assert await asyncio.to_thread(dying.wait, PATIENCE) == -signal.SIGKILL
            with closing(open_store(f"sqlite:///{tmp_path}/account.db", HandClock())) as store:
                assert [line.stored for line in store.completeness()[1]] == [2]
                ingest = Centre(store).ingest
                async with serving(address, ingest):
                    await until(lambda: ingest.outcomes.get("duplicate", 0) == 2)
                lines = list(store.completeness()[1])
    assert [(line.stored, line.missing) for line in lines] == [(2, 0)]
    assert await waiting(address) == 0


async def test_what_waits_outlives_the_broker_and_comes_once_the_store_is_back(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    desk = Desk(full=True)
    async with serving(address, desk) as centre:
        async with client(node, certificates) as agent:
            for i in range(40):
                await agent.publish(BULLETIN, b"%d" % i, qos=1)
        await until(lambda: desk.tried > 0)
        await asyncio.to_thread(node.control, "eval", WRITTEN)
        await asyncio.to_thread(node.kill)
        await until(lambda: not centre.connected)
        await asyncio.to_thread(node.start)
        await until(lambda: centre.connected)
        assert desk.seen == []
        desk.full = False
        await until(lambda: len(set(desk.bulletins())) == 40)
    assert set(desk.bulletins()) == {b"%d" % i for i in range(40)}
    assert await waiting(address) == 0


async def test_a_broker_short_of_memory_lets_collectors_give_it_room(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    desk = Desk()
    async with serving(address, desk):
        pass
    async with client(node, certificates) as agent:
        for i in range(300):
            await agent.publish(BULLETIN, b"%d" % i, qos=1)
    assert await waiting(address) == 300
    await asyncio.to_thread(node.control, "set_vm_memory_high_watermark", "0")
    try:
        async with serving(address, desk):
            await until(lambda: len(desk.bulletins()) == 300)
        assert await waiting(address) == 0
    finally:
        await asyncio.to_thread(node.control, "set_vm_memory_high_watermark", "0.5")


async def test_a_broker_that_answers_no_more_is_noticed(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    desk = Desk()
    async with serving(replace(address, heartbeat=1), desk) as centre:
        node.signal(signal.SIGSTOP)
        try:
            await until(lambda: not centre.connected)
        finally:
            node.signal(signal.SIGCONT)
        await until(lambda: centre.connected)
        async with client(node, certificates) as agent:
            await agent.publish(BULLETIN, b"after", qos=1)
        await until(lambda: b"after" in desk.bulletins())


async def test_a_queue_with_other_bounds_is_told_with_its_remedy(
    address: RabbitAddress, caplog: pytest.LogCaptureFixture
) -> None:
    async with await address.connect("tests") as connection:
        channel = await connection.channel()
        await channel.declare_queue(address.queue, durable=True)
    centre = RabbitCentre(address, Desk(), SystemClock(), TOPICS)
    task = asyncio.get_running_loop().create_task(centre.run())
    with caplog.at_level(logging.WARNING):
        await until(lambda: "name another" in caplog.text)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert "inequivalent arg" in caplog.text
    assert not centre.connected


async def test_a_deleted_queue_is_declared_again(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress
) -> None:
    desk = Desk()
    async with serving(address, desk) as centre:
        await delete(address)
        await until(lambda: not centre.connected)
        await until(lambda: centre.connected)
        async with client(node, certificates) as agent:
            await agent.publish(BULLETIN, b"again", qos=1)
        await until(lambda: b"again" in desk.bulletins())


async def test_the_collector_of_these_settings_stores_what_the_queue_brings(
    node: RabbitMQ, certificates: Certificates, address: RabbitAddress, tmp_path: Path
) -> None:
    (tmp_path / "sites.csv").write_text(
        "uai;nom;commune;code_departement;departement;academie\n"
        f"{MINE};Lycée;Toulouse;031;Haute-Garonne;Toulouse\n",
        encoding="utf-8",
    )
    (tmp_path / "master.secret").write_bytes(b"0123456789abcdef" * 4)
    http = free_port()
    given = {"host": HOST, "port": node.amqp, "queue": address.queue, "http": http}
    (tmp_path / "numlycee.toml").write_text(SETTINGS.format(pki=certificates.folder, **given))
    command = (sys.executable, "-m", "numlycee", "run", "-c", "numlycee.toml")
    writer = Agent()
    with running(Collector("collector", command, tmp_path, http, PATHS)) as collector:
        async with client(node, certificates) as agent:
            await agent.publish(*writer.sends(writer.listing(), writer.bulletin()), qos=1)
        async with asyncio.timeout(PATIENCE):
            labels = {"uai": MINE, "outcome": "stored"}
            while collector.metric("numlycee_ledger_records", **labels) != 2:
                await asyncio.sleep(0.1)
