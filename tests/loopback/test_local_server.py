"""The local listener on the loopback: who is let in, what is served, what is refused."""

import asyncio
import json
import logging
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import aiohttp
import pytest

from numlycee.clock import SystemClock
from numlycee_agent.config.local import LAN
from numlycee_agent.local.beacon import Guard
from numlycee_agent.local.door import Door
from numlycee_agent.local.receiving import PATH, Receiving
from numlycee_agent.local.server import HEADERS, LARGEST, application, open_socket, serve
from numlycee_agent.local.technician import Technician
from numlycee_agent.mobile.ports import Beacon
from tests.agent.local.pages import FakeSite, inside
from tests.agent.local.test_local_beacon import KEY, sign
from tests.agent.local.test_local_secrets import SECRET, cheap
from tests.agent.virtual import VirtualClock, running

HOST = "127.0.0.1"
TECHNICIAN, PUPIL = "127.0.0.1", "127.0.0.2"
ALONE = (ip_network("127.0.0.1/32"),)


class FakeBeacons:
    """Notes what devices say."""

    def __init__(self) -> None:
        self.said: list[tuple[int, Beacon]] = []

    def saw_beacon(self, at: int, beacon: Beacon) -> bool:
        self.said.append((at, beacon))
        return False


@dataclass
class Lycee:
    """A listener at work, its site and its devices."""

    port: int
    site: FakeSite
    beacons: FakeBeacons
    context: ssl.SSLContext | None = None

    @property
    def address(self) -> str:
        return f"http{'s' if self.context else ''}://{HOST}:{self.port}"

    def browser(self, source: str = TECHNICIAN) -> aiohttp.ClientSession:
        """A browser on this machine of the loopback, in French, that keeps cookies."""
        return aiohttp.ClientSession(
            self.address,
            connector=aiohttp.TCPConnector(
                local_addr=(source, 0), ssl=_trusting() if self.context else True
            ),
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=45),
        )

    async def sign_in(self, browser: aiohttp.ClientSession, secret: str = SECRET) -> str:
        """Give the password and return the page that follows."""
        async with browser.post("/connexion", data={"password": secret}) as answer:
            return await answer.text()


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@asynccontextmanager
async def listening(context: ssl.SSLContext | None = None) -> AsyncIterator[Lycee]:
    """A page for 127.0.0.1 alone, a beacon for the whole loopback."""
    clock, site, beacons = SystemClock(), FakeSite(), FakeBeacons()
    page = Technician(inside(site), Door(cheap(), VirtualClock()), ALONE, "Europe/Paris")
    guard = Guard(KEY, VirtualClock())
    receiving = Receiving(beacons, guard, LAN, VirtualClock())
    made = application("0310036W", "Europe/Paris", [*page.routes(), *receiving.routes()])
    with closing(open_socket(HOST, 0)) as listener:
        async with running(serve(made, listener, LAN, clock, context)):
            yield Lycee(listener.getsockname()[1], site, beacons, context)


@pytest.fixture
async def lycee() -> AsyncIterator[Lycee]:
    async with listening() as lycee:
        yield lycee


def form_of(document: str) -> str:
    found = re.search(r'name="form" value="([\w-]+)"', document)
    assert found
    return found[1]


async def test_nothing_is_shown_before_the_password(lycee: Lycee) -> None:
    async with lycee.browser() as browser:
        for path in ("/", "/equipements", "/arbre", "/connexion"):
            async with browser.get(path) as answer:
                assert answer.url.path == "/connexion"
                document = await answer.text()
                assert "Commutateur" not in document
                assert "Connexion en clair" in document
        async with browser.get("/api/state") as answer:
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic ")


async def test_the_password_opens_the_pages_and_leaving_closes_them(lycee: Lycee) -> None:
    async with lycee.browser() as browser:
        document = await lycee.sign_in(browser)
        assert "1 en panne" in document
        async with browser.get("/connexion") as answer:
            assert answer.url.path == "/", "one who is in need not ask"
        async with browser.get("/arbre", headers={"Accept-Language": "en"}) as answer:
            assert "What hangs from what" in await answer.text()
        async with browser.post("/deconnexion", data={"form": form_of(document)}) as answer:
            assert answer.url.path == "/connexion"
        async with browser.get("/") as answer:
            assert answer.url.path == "/connexion"


async def test_wrong_passwords_are_told_then_slowed(lycee: Lycee) -> None:
    async with lycee.browser() as browser:
        for _ in range(5):
            assert "pas le mot de passe" in await lycee.sign_in(browser, "wrong")
        async with browser.post("/connexion", data={"password": SECRET}) as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "30"
            assert "Trop d’essais" in await answer.text()


async def test_programs_give_the_password_with_each_request(lycee: Lycee) -> None:
    async with lycee.browser() as browser:
        good = aiohttp.encode_basic_auth("anybody", SECRET)
        async with browser.get("/api/state", headers={"Authorization": good}) as answer:
            assert answer.status == 200
            assert (await answer.json())["resources"][0]["id"] == "ap-a1"
            assert not answer.cookies
        wrong = {"Authorization": aiohttp.encode_basic_auth("anybody", "wrong")}
        statuses = []
        for _ in range(6):
            async with browser.get("/api/state", headers=wrong) as answer:
                statuses.append(answer.status)
        assert statuses == [401] * 5 + [429]


async def test_a_button_has_a_resource_observed(lycee: Lycee) -> None:
    async with lycee.browser() as browser:
        form = form_of(await lycee.sign_in(browser))
        asked = {"form": form, "back": "/equipements", "id": "sw-b"}
        async with browser.post("/observer", data=asked) as answer:
            assert answer.history[0].headers["Location"] == "/equipements?vu=sw-b#r-sw-b"
            assert "Observation demandée : Commutateur du bâtiment B" in await answer.text()
        assert lycee.site.woken == ["sw-b"]
        for odd in ({"id": "unheard of"}, {"id": "sw-b", "back": "https://elsewhere.example/"}):
            async with browser.post(
                "/observer", data={"form": form} | odd, allow_redirects=False
            ) as answer:
                assert answer.headers["Location"].startswith("/")
                assert "elsewhere" not in answer.headers["Location"]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"id": "sw-b"}},
        {"data": {"id": "sw-b", "form": "guessed"}},
        {"data": {"id": "sw-b", "form": None}, "headers": {"Origin": "http://elsewhere.example"}},
        {"data": {"id": "sw-b", "form": None}, "headers": {"Origin": "null"}},
        {"data": {"id": "sw-b", "form": None}, "headers": {"Sec-Fetch-Site": "cross-site"}},
    ],
)
async def test_what_another_site_sends_is_refused(lycee: Lycee, sent: dict[str, Any]) -> None:
    async with lycee.browser() as browser:
        form = form_of(await lycee.sign_in(browser))
        fields = {key: value or form for key, value in sent["data"].items()}
        async with browser.post("/observer", **(sent | {"data": fields})) as answer:
            assert answer.status == 403
            assert "ne vient pas d’ici" in await answer.text()
        async with browser.post(
            "/connexion", data={"password": SECRET}, headers={"Origin": "http://elsewhere.example"}
        ) as answer:
            assert answer.status == 403
    assert lycee.site.woken == []


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"password=x", 400),
        ("multipart/form-data; boundary=b", b"--b--\r\n", 400),
        ("application/x-www-form-urlencoded", b"a=1&" * 20, 400),
        ("application/x-www-form-urlencoded", b"a" * (LARGEST + 1), 413),
        ("application/x-www-form-urlencoded; charset=unheard-of", b"password=\xff", 403),
    ],
)
async def test_what_is_no_form_is_refused(
    lycee: Lycee, kind: str, body: bytes, status: int
) -> None:
    async with (
        lycee.browser() as browser,
        browser.post("/connexion", data=body, headers={"Content-Type": kind}) as answer,
    ):
        assert answer.status == status


async def test_every_answer_bears_the_headers_of_the_house(lycee: Lycee) -> None:
    async with lycee.browser() as browser:
        for path in ("/connexion", "/style.css", "/icon.svg", "/nowhere", "/api/state", PATH):
            async with browser.get(path) as answer:
                sent = {name: answer.headers.get(name) for name in HEADERS}
                assert sent == HEADERS, path
                assert "aiohttp" not in str(answer.headers)


async def test_the_cookie_is_out_of_reach(lycee: Lycee) -> None:
    async with (
        lycee.browser() as browser,
        browser.post("/connexion", data={"password": SECRET}, allow_redirects=False) as answer,
    ):
        cookie = answer.headers["Set-Cookie"]
    assert re.fullmatch(r"numlycee=[\w-]{43}; HttpOnly; Path=/; SameSite=Strict", cookie)


async def test_whoever_may_only_send_beacons_sees_no_page(lycee: Lycee) -> None:
    async with lycee.browser(PUPIL) as browser:
        for path in ("/", "/connexion", "/api/state"):
            async with browser.get(path, allow_redirects=False) as answer:
                assert answer.status == 404
        async with browser.post("/connexion", data={"password": SECRET}) as answer:
            assert answer.status == 404


BODY = json.dumps({"serial": "5CG1234ABC", "battery": 0.8, "ent": True}).encode()


async def test_a_signed_beacon_is_taken_once(lycee: Lycee) -> None:
    headers = {"Authorization": sign(BODY)}
    async with lycee.browser(PUPIL) as browser:
        statuses = []
        for _ in range(2):
            async with browser.post(PATH, data=BODY, headers=headers) as answer:
                statuses.append(answer.status)
    assert statuses == [204, 401]
    assert [said for _, said in lycee.beacons.said] == [Beacon("5CG1234ABC", 0.8, ent=True)]


@pytest.mark.parametrize(
    ("body", "authorization", "status"),
    [
        (BODY, "", 401),
        (BODY, f"Bearer {KEY}", 401),
        (BODY, sign(b"{}"), 401),
        (b"{}", sign(b"{}"), 400),
        (b" " * 5000, sign(b" " * 5000), 413),
        (b" " * 9000, sign(b" " * 9000), 413),
    ],
)
async def test_no_other_beacon_is(
    lycee: Lycee, body: bytes, authorization: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with (
        lycee.browser(PUPIL) as browser,
        browser.post(PATH, data=body, headers={"Authorization": authorization}) as answer,
    ):
        assert answer.status == status
    assert lycee.beacons.said == []
    assert "5CG1234ABC" not in caplog.text
    assert KEY not in caplog.text


async def test_one_address_sends_only_so_many_beacons(lycee: Lycee) -> None:
    async with lycee.browser(PUPIL) as browser:
        statuses = []
        for _ in range(35):
            async with browser.post(PATH, data=b"") as answer:
                statuses.append(answer.status)
    assert statuses == [401] * 30 + [429] * 5


async def test_a_fault_of_ours_tells_nothing_of_what_was_asked(
    lycee: Lycee, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("with a secret in it")

    lycee.beacons.saw_beacon = fail  # type: ignore[assignment,method-assign]
    async with (
        lycee.browser() as browser,
        browser.post(PATH, data=BODY, headers={"Authorization": sign(BODY)}) as answer,
    ):
        assert answer.status == 500
    assert "RuntimeError in fail" in caplog.text
    assert "secret" not in caplog.text


async def test_what_is_no_http_is_not_logged_and_stops_nothing(
    lycee: Lycee, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for noise in (b"\x16\x03\x01\x00\xa5", b"GET / HTTP/9.9\r\n\r\n", b"A" * 20_000 + b"\r\n\r\n"):
        reader, writer = await asyncio.open_connection(HOST, lycee.port)
        writer.write(noise)
        with suppress(ConnectionError):  # it may be cut while it still speaks
            writer.write_eof()
            answered = await asyncio.wait_for(reader.read(100), 30)
            assert answered == b"" or answered.startswith(b"HTTP/1.0 400 ")
        writer.close()
    async with lycee.browser() as browser, browser.get("/connexion") as answer:
        assert answer.status == 200
    assert "127.0.0.1" not in caplog.text


async def test_over_tls_the_cookie_is_secure_and_the_bare_key_is_enough(
    tls: ssl.SSLContext,
) -> None:
    async with listening(tls) as lycee, lycee.browser() as browser:
        async with browser.post(
            "/connexion", data={"password": SECRET}, allow_redirects=False
        ) as answer:
            assert re.match(
                r"__Host-numlycee=[\w-]{43}; HttpOnly; Path=/; SameSite=Strict; Secure$",
                answer.headers["Set-Cookie"],
            )
        async with browser.get("/connexion") as answer:
            assert "en clair" not in await answer.text()
        async with browser.post(
            PATH, data=BODY, headers={"Authorization": f"Bearer {KEY}"}
        ) as answer:
            assert answer.status == 204
