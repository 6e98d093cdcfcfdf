"""The private servers themselves: they answer, and the deployed broker keeps lycées apart."""

import asyncio
import contextlib
import json
import ssl
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import aiomqtt
import pytest

from numlycee.wire.topics import Topics
from tests.external.conftest import ROOT, SITES, Certificates, StartPrometheus
from tests.external.servers import HOST, Alertmanager, Browser, Server, Snmpd, binary, free_port

TOPICS = Topics()
MINE, THEIRS = SITES[0], SITES[1]


def client(
    broker: Server, certificates: Certificates, name: str, identifier: str | None = None
) -> aiomqtt.Client:
    certificate, key = certificates.of(name)
    context = ssl.create_default_context(cafile=str(certificates.authority))
    context.load_cert_chain(certificate, key)
    return aiomqtt.Client(
        HOST,
        broker.port,
        identifier=identifier or name,
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=context,
        timeout=5,
    )


async def received(listener: aiomqtt.Client, seconds: float = 1.0) -> list[tuple[str, bytes]]:
    """Everything that arrives within some time."""
    heard: list[tuple[str, bytes]] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for message in listener.messages:
                heard += [(str(message.topic), bytes(message.payload))]
    return heard


@pytest.mark.parametrize("topic", [TOPICS.all_up(), "numlycee/v1/#"])
async def test_the_collector_hears_every_site(
    mosquitto_tls: Server, certificates: Certificates, topic: str
) -> None:
    async with (
        client(mosquitto_tls, certificates, "collector") as collector,
        client(mosquitto_tls, certificates, MINE) as site,
    ):
        await collector.subscribe(topic, qos=1)
        await site.publish(TOPICS.up(MINE, "bulletin"), b"{}", qos=1)
        assert (TOPICS.up(MINE, "bulletin"), b"{}") in await received(collector)


async def test_a_site_hears_what_is_meant_for_it_only(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    async with (
        client(mosquitto_tls, certificates, "collector") as collector,
        client(mosquitto_tls, certificates, MINE) as site,
    ):
        for topic in (TOPICS.all_down(MINE), TOPICS.all_down(THEIRS), "#", "numlycee/v1/+/down/+"):
            await site.subscribe(topic, qos=1)
        await collector.publish(TOPICS.down(THEIRS, "receipt"), b"theirs", qos=1)
        await collector.publish(TOPICS.down(MINE, "receipt"), b"mine", qos=1)
        heard = await received(site)
    assert {topic for topic, _ in heard} == {TOPICS.down(MINE, "receipt")}


@pytest.mark.parametrize(
    "topic",
    [
        TOPICS.up(THEIRS, "bulletin"),
        TOPICS.up(THEIRS, "presence"),
        TOPICS.down(MINE, "receipt"),
        TOPICS.down(THEIRS, "order"),
        f"numlycee/v1/{MINE}/../{THEIRS}/up/bulletin",
        f"numlycee/v1/{MINE.lower()}/up/bulletin",
    ],
)
async def test_a_site_cannot_publish_outside_its_branch(
    mosquitto_tls: Server, certificates: Certificates, topic: str
) -> None:
    async with (
        client(mosquitto_tls, certificates, "collector") as collector,
        client(mosquitto_tls, certificates, MINE) as site,
    ):
        await collector.subscribe("numlycee/v1/#", qos=1)
        await site.publish(topic, b"forged", qos=1)  # acknowledged, and dropped
        await site.publish(TOPICS.up(MINE, "hello"), b"honest", qos=1)
        assert [payload for _, payload in await received(collector)] == [b"honest"]


async def test_a_site_cannot_take_the_client_id_of_another(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    async with (
        client(mosquitto_tls, certificates, MINE) as honest,
        client(mosquitto_tls, certificates, THEIRS, identifier=MINE) as thief,
    ):
        await honest.publish(TOPICS.up(MINE, "hello"), b"still here", qos=1)
        await thief.publish(TOPICS.up(THEIRS, "hello"), b"under my own name", qos=1)


async def test_nobody_enters_without_a_certificate_of_ours(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    context = ssl.create_default_context(cafile=str(certificates.authority))
    stranger = aiomqtt.Client(HOST, mosquitto_tls.port, tls_context=context, timeout=5)
    with pytest.raises(aiomqtt.MqttError):
        async with stranger:
            await stranger.publish(TOPICS.up(MINE, "bulletin"), b"forged", qos=1)


def test_a_certificate_is_refused_for_a_code_with_a_wrong_key(tmp_path: Path) -> None:
    script = ROOT / "deploy/mosquitto/make-certificates"
    done = subprocess.run(
        [script, tmp_path, HOST, "0310036A"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "0310036 calls for W" in done.stderr
    assert not list(tmp_path.glob("*.pem"))


async def test_the_plain_broker_comes_back_on_the_same_port(mosquitto: Server) -> None:
    mosquitto.kill()
    mosquitto.start()
    async with aiomqtt.Client(HOST, mosquitto.port, timeout=5) as anybody:
        await anybody.publish("numlycee/v1/test", b"", qos=1)


def snmpget(snmpd: Snmpd, *credentials: str) -> str:
    command = [binary("snmpget", "snmp"), *credentials, "-Oqv", "-On", "-t", "2", "-r", "1"]
    target = [f"{HOST}:{snmpd.port}", ".1.3.6.1.2.1.1.5.0"]
    return subprocess.run(
        [*command, *target], capture_output=True, text=True, timeout=20, check=False
    ).stdout.strip()


def test_net_snmp_answers_by_community_and_by_user(snmpd: Snmpd) -> None:
    assert "net-snmp.lycee.example" in snmpget(snmpd, "-v2c", "-c", snmpd.COMMUNITY)
    user = ("-v3", "-l", "authPriv", "-u", snmpd.USER, "-a", "SHA", "-A", snmpd.AUTH_PASSWORD)
    assert "net-snmp.lycee.example" in snmpget(snmpd, *user, "-x", "AES", "-X", snmpd.PRIV_PASSWORD)
    assert snmpget(snmpd, "-v2c", "-c", "another-community") == ""


class Page(BaseHTTPRequestHandler):
    """A page and a metric, for whoever asks."""

    def do_GET(self) -> None:
        metrics = self.path == "/metrics"
        body = (
            b"a_metric 42\n" if metrics else b"<h1>Bonjour</h1><script>document.title='vu'</script>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4" if metrics else "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """A test keeps quiet."""


@contextlib.contextmanager
def served() -> Iterator[str]:
    with ThreadingHTTPServer((HOST, free_port()), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"{HOST}:{server.server_port}"
        server.shutdown()
        thread.join()


def test_prometheus_scrapes_and_alertmanager_hears_of_it(
    prometheus: StartPrometheus, alertmanager: Alertmanager, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.yml"
    rule = {"alert": "Answer", "expr": "a_metric == 42"}
    rules.write_text(json.dumps({"groups": [{"name": "test", "rules": [rule]}]}))
    with served() as target:
        server = prometheus(target, rules=rules, alertmanager=f"{HOST}:{alertmanager.port}")
        assert server.query_until("a_metric")[0]["value"][1] == "42"
        server.query_until('ALERTS{alertname="Answer", alertstate="firing"}')


def test_chromium_draws_a_page(chromium: Browser, tmp_path: Path) -> None:
    with served() as target:
        picture = chromium.screenshot(f"http://{target}/", tmp_path / "page.png", 800, 600)
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert "<title>vu</title>" in chromium.text(f"http://{target}/")
