import asyncio
import datetime as dt
import gzip
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from numlycee.adapters.portal import Portal, PortalMode
from numlycee.clock import SystemClock
from numlycee.domain.causes import Cause
from numlycee.wire.messages import GAUGES
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.exchange import BODY_LIMIT
from numlycee_agent.probes.http import HttpProbe, trust
from numlycee_agent.probes.scenario import Scenario, Step

CLOCK = SystemClock()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def portal() -> AsyncIterator[tuple[Portal, str]]:
    portal = Portal(CLOCK, slowness=0.2)
    url = await portal.start()
    yield portal, url
    await portal.stop()


async def play(*steps: Step, timeout: float = 5.0, slow: float = 4.0) -> Observation:
    return await HttpProbe(Scenario(steps, timeout, slow), CLOCK).observe()


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        port = runner.addresses[0][1]
        yield f"https://localhost:{port}/" if tls else f"http://127.0.0.1:{port}/"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("mode", "health", "cause"),
    [
        (PortalMode.OK, Health.OK, None),
        (PortalMode.MAINTENANCE, Health.FAILED, Cause.CONTENT),
        (PortalMode.SLOW, Health.DEGRADED, Cause.SLOW),
        (PortalMode.ERROR, Health.FAILED, Cause.HTTP_STATUS),
        (PortalMode.DEAD, Health.FAILED, Cause.CONNECT),
    ],
)
async def test_each_way_in_which_a_portal_fails(
    portal: tuple[Portal, str], mode: PortalMode, health: Health, cause: Cause | None
) -> None:
    simulated, url = portal
    simulated.mode = mode
    step = Step(url, shows=("Mon ENT",))
    seen = await play(step, slow=0.15)
    assert (seen.health, seen.cause) == (health, cause)
    simulated.mode = PortalMode.OK
    assert (await play(step)).health is Health.OK


async def test_the_redirection_to_the_cas_is_followed(portal: tuple[Portal, str]) -> None:
    _, url = portal
    cas = f"{url}cas/login".removeprefix("http://")
    seen = await play(Step(url), Step(f"{url}connexion", shows=('name="execution"',), lands=cas))
    assert seen.health is Health.OK
    wrong = await play(Step(f"{url}connexion", lands="ent.exemple.fr"))
    assert (wrong.health, wrong.cause) == (Health.FAILED, Cause.CONTENT)


async def test_phases_are_timed_and_never_exceed_the_total(portal: tuple[Portal, str]) -> None:
    simulated, url = portal
    simulated.mode = PortalMode.SLOW
    seen = await play(Step(f"{url.replace('127.0.0.1', 'localhost')}connexion"))
    gauges = dict(seen.gauges)
    assert set(gauges) <= GAUGES
    total = gauges.pop("total_seconds")
    assert gauges["first_byte_seconds"] >= 0.4, "two slow answers, redirection included"
    assert gauges["dns_seconds"] > 0
    assert gauges["connect_seconds"] > 0
    assert gauges["tls_seconds"] == 0
    assert sum(gauges.values()) <= total


async def test_a_service_that_does_not_answer_in_time(portal: tuple[Portal, str]) -> None:
    simulated, url = portal
    simulated.mode = PortalMode.SLOW
    seen = await play(Step(url), timeout=0.05)
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.TIMEOUT)


async def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    seen = await play(Step(f"http://127.0.0.1:{port}/"))
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.REFUSED)


async def test_a_marker_beyond_the_limit_is_not_read() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(64):
            await response.write(b"x" * 65_536)
        await response.write(b"fin")
        return response

    async with serving(handler) as url:
        assert (await play(Step(url))).health is Health.OK
        assert (await play(Step(url, shows=("fin",)))).cause is Cause.CONTENT
    assert BODY_LIMIT == 262_144


async def test_a_compressed_bomb_is_read_up_to_the_limit() -> None:
    bomb = gzip.compress(bytes(50_000_000))

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    async with serving(handler) as url:
        assert (await play(Step(url))).health is Health.OK


async def test_an_endless_page_ends_with_the_time_out() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.01)

    async with serving(handler) as url:
        seen = await play(Step(url), timeout=0.2)
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.TIMEOUT)


async def test_redirections_without_end() -> None:
    async def handler(_: web.Request) -> web.Response:
        raise web.HTTPFound("/encore")

    async with serving(handler) as url:
        assert (await play(Step(url))).cause is Cause.HTTP_STATUS


async def test_a_redirection_to_nonsense() -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://[::1"})

    async with serving(handler) as url:
        assert (await play(Step(url))).cause is Cause.HTTP_STATUS


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", Cause.HTTP_STATUS),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<p>", Cause.CONNECT),
        (b"HTTP/1.1 2", Cause.CONNECT),
        (b"", Cause.CONNECT),
    ],
)
async def test_what_is_not_http(answer: bytes, cause: Cause) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        seen = await play(Step(f"http://127.0.0.1:{port}/"))
    assert (seen.health, seen.cause) == (Health.FAILED, cause)


def certificate(folder: Path, days: int, name: str = "localhost") -> tuple[ssl.SSLContext, str]:
    """Return a server's context and the file that a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.fromtimestamp(CLOCK.now() // 1000, tz=dt.UTC)
    alternatives = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = folder / "certificate.pem"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, str(public)


async def hello(_: web.Request) -> web.Response:
    return web.Response(text="Bonjour")


async def test_tls_is_timed_and_its_certificate_dated(tmp_path: Path) -> None:
    tls, authority = certificate(tmp_path, days=30)
    async with serving(hello, tls) as url:
        probe = HttpProbe(Scenario((Step(url),)), CLOCK, context=trust(authority))
        seen = await probe.observe()
    assert seen.health is Health.OK
    assert set(seen.gauges) == {
        "dns_seconds", "connect_seconds", "tls_seconds", "first_byte_seconds", "total_seconds",
        "certificate_expiry_timestamp_seconds",
    }  # fmt: skip
    assert seen.gauges["tls_seconds"] > 0
    left = seen.gauges["certificate_expiry_timestamp_seconds"] - CLOCK.now() / 1000
    assert left == pytest.approx(30 * 86_400, abs=60)


async def test_a_certificate_that_ends_soon_degrades(tmp_path: Path) -> None:
    tls, authority = certificate(tmp_path, days=10)
    async with serving(hello, tls) as url:
        for days, health in ((9.0, Health.OK), (11.0, Health.DEGRADED)):
            scenario = Scenario((Step(url),), certificate_days=days)
            seen = await HttpProbe(scenario, CLOCK, context=trust(authority)).observe()
            cause = Cause.CERTIFICATE if health is Health.DEGRADED else None
            assert (seen.health, seen.cause) == (health, cause)


async def test_probes_at_once_do_not_mix_their_handshakes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    soon, later = certificate(tmp_path / "a", days=3), certificate(tmp_path / "b", days=300)
    async with serving(hello, soon[0]) as first, serving(hello, later[0]) as second:
        probes = [
            HttpProbe(Scenario((Step(url),)), CLOCK, context=trust(authority))
            for url, authority in ((first, soon[1]), (second, later[1])) * 5
        ]
        seen = await asyncio.gather(*(probe.observe() for probe in probes))
    expiries = [one.gauges["certificate_expiry_timestamp_seconds"] for one in seen]
    assert len(set(expiries)) == 2
    assert expiries == [expiries[0], expiries[1]] * 5


@pytest.mark.parametrize(
    ("days", "name", "trusted"),
    [(-1, "localhost", True), (30, "ent.exemple.fr", True), (30, "localhost", False)],
    ids=["expired", "other-name", "unknown-authority"],
)
async def test_a_certificate_that_is_not_good(
    tmp_path: Path, days: int, name: str, *, trusted: bool
) -> None:
    tls, authority = certificate(tmp_path, days, name)
    async with serving(hello, tls) as url:
        context = trust(authority) if trusted else trust()
        seen = await HttpProbe(Scenario((Step(url),)), CLOCK, context=context).observe()
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.CERTIFICATE)


async def test_tls_where_there_is_none() -> None:
    async with serving(hello) as url:
        seen = await play(Step(url.replace("http:", "https:")))
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.TLS)


async def test_a_fault_is_told_once_and_without_query(
    portal: tuple[Portal, str], caplog: pytest.LogCaptureFixture
) -> None:
    simulated, url = portal
    simulated.mode = PortalMode.MAINTENANCE
    caplog.set_level("INFO", "numlycee_agent")
    probe = HttpProbe(Scenario((Step(f"{url}?jeton=secret"),)), CLOCK)
    for _ in range(3):
        await probe.observe()
    told = [record.getMessage() for record in caplog.records if "probes" in record.name]
    assert len(told) == 1
    assert "momentanément indisponible" in told[0]
    assert "secret" not in told[0]


async def test_every_page_of_the_portal_says_that_it_is_simulated(
    portal: tuple[Portal, str],
) -> None:
    simulated, url = portal
    for mode in (PortalMode.OK, PortalMode.MAINTENANCE, PortalMode.ERROR):
        simulated.mode = mode
        status = frozenset({200, 503})
        for page in ("", "connexion"):
            seen = await play(Step(url + page, status, shows=("données simulées",), hides=()))
            assert seen.health is Health.OK
