import gzip
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace

import aiohttp
import pytest

from numlycee.adapters.web import Web
from numlycee.picture import Picture
from tests.adapters.web.pictures import NOW, healthy, hostile, regional


class Standing:
    """A clock that one sets."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / 1000

    async def sleep(self, seconds: float) -> None:
        self.at += int(seconds * 1000)


def exposed(picture: Picture | None, accept: str, *, packed: bool) -> tuple[bytes, str]:
    body = b"# none\n" if picture is None else b"# some\n"
    return gzip.compress(body) if packed else body, accept.partition(",")[0] or "text/plain"


class Site:
    """A server on loopback, what it shows, and a client."""

    def __init__(self) -> None:
        self.picture: Picture | None = healthy()
        self.reason: str | None = None
        self.clock = Standing()
        self.address = ""
        self.client: aiohttp.ClientSession
        self.web = Web(
            lambda: self.picture,
            self.clock,
            metrics=exposed,
            ready=lambda: self.reason,
            collectors=["centre-1:8080", "centre-2:8080"],
        )

    async def get(
        self, path: str, headers: dict[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        async with self.client.get(self.address + path, headers=headers) as answer:
            return answer.status, answer.headers, await answer.read()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    async with (
        site.web.listening("127.0.0.1", 0) as port,
        aiohttp.ClientSession(auto_decompress=False) as client,
    ):
        site.address, site.client = f"http://127.0.0.1:{port}", client
        yield site


PLAIN = {"Accept-Encoding": "identity"}
PATHS = (
    "/",
    "/lycees",
    "/lycees?q=joffre",
    "/lycees/0319004U",
    "/departements/31",
    "/incidents",
    "/disponibilite",
    "/methode",
)


@pytest.mark.parametrize("path", PATHS)
async def test_every_page_answers_behind_closed_doors(site: Site, path: str) -> None:
    status, headers, body = await site.get(path, PLAIN)
    assert status == 200
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=15"
    assert b"</html>" in body


async def test_a_page_is_compressed_for_those_who_can_read_it(site: Site) -> None:
    _, headers, packed = await site.get("/", {"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Vary"] == "Accept-Encoding"
    _, plain_headers, plain = await site.get("/", PLAIN)
    assert "Content-Encoding" not in plain_headers
    assert gzip.decompress(packed) == plain
    assert len(packed) < 20_000


async def test_an_unchanged_page_is_not_sent_again(site: Site) -> None:
    _, headers, _ = await site.get("/")
    status, _, body = await site.get("/", {"If-None-Match": headers["ETag"]})
    assert (status, body) == (304, b"")
    site.picture = regional()
    status, _, _ = await site.get("/", {"If-None-Match": headers["ETag"]})
    assert status == 200


async def test_a_page_grows_old_with_the_clock(site: Site) -> None:
    _, _, before = await site.get("/", PLAIN)
    site.clock.at += 4_000
    assert (await site.get("/", PLAIN))[2] == before
    site.clock.at += 10_000
    assert "il y a 26\u202fs".encode() in (await site.get("/", PLAIN))[2]


async def test_what_does_not_exist_is_said_in_french(site: Site) -> None:
    for path in ("/nulle-part", "/lycees/0000000X", "/departements/99", "/static/../server.py"):
        status, headers, body = await site.get(path, PLAIN)
        assert status == 404
        assert b"Page introuvable" in body
        assert "Content-Security-Policy" in headers


async def test_before_the_first_picture_the_page_asks_for_patience(site: Site) -> None:
    site.picture = None
    status, headers, body = await site.get("/", PLAIN)
    assert status == 503
    assert headers["Cache-Control"] == "no-store"
    assert b"Un instant" in body
    assert (await site.get("/api/v1/status"))[0] == 503
    assert (await site.get("/-/ready", PLAIN))[2] == b"not ready: no picture yet\n"
    assert (await site.get("/metrics", PLAIN))[2] == b"# none\n"
    assert (await site.get("/-/healthy", PLAIN))[0] == 200


async def test_not_being_ready_has_a_reason(site: Site) -> None:
    assert (await site.get("/-/ready", PLAIN))[::2] == (200, b"ready\n")
    site.reason = "the broker is away"
    assert (await site.get("/-/ready", PLAIN))[::2] == (503, b"not ready: the broker is away\n")


async def test_metrics_come_in_the_format_and_the_encoding_that_are_asked_for(site: Site) -> None:
    asked = {"Accept-Encoding": "gzip", "Accept": "application/openmetrics-text,text/plain;q=0.5"}
    _, headers, body = await site.get("/metrics", asked)
    assert headers["Content-Type"] == "application/openmetrics-text"
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == b"# some\n"
    _, headers, body = await site.get("/metrics", PLAIN)
    assert "Content-Encoding" not in headers
    assert body == b"# some\n"


async def test_the_open_data_is_json(site: Site) -> None:
    _, headers, body = await site.get("/api/v1/status", PLAIN)
    assert headers["Content-Type"].startswith("application/json")
    assert json.loads(body)["lycees"]["up"] == 225


async def test_the_style_sheet_is_kept_for_ever_under_its_version(site: Site) -> None:
    _, _, page = await site.get("/", PLAIN)
    address = page.decode().split('rel="stylesheet" href="')[1].split('"')[0]
    status, headers, _ = await site.get(address)
    assert status == 200
    assert headers["Content-Type"].startswith("text/css")
    assert "immutable" in headers["Cache-Control"]


@pytest.mark.parametrize("query", ["%3Cscript%3E", "a" * 5_000, "%00", "%F0%9F%8E%93"])
async def test_a_hostile_search_is_only_a_search(site: Site, query: str) -> None:
    site.picture = hostile()
    status, _, body = await site.get(f"/lycees?q={query}", PLAIN)
    assert status == 200
    assert b"<script" not in body


async def test_only_reading_is_allowed(site: Site) -> None:
    async with site.client.post(site.address + "/") as answer:
        assert answer.status == 405
        assert "Content-Security-Policy" in answer.headers


async def test_targets_are_discovered_as_prometheus_asks(site: Site) -> None:
    known = healthy()
    uai, *_ = known.sites
    lycee = replace(known.sites[uai], web="https://a.example.fr/", labels=(("zone", "rurale"),))
    site.picture = replace(known, sites={**known.sites, uai: lycee})
    status, headers, body = await site.get("/api/v1/sd/web", PLAIN)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    (group,) = json.loads(body)
    assert group["targets"] == ["https://a.example.fr/"]
    assert group["labels"]["__meta_numlycee_uai"] == uai
    assert group["labels"]["__meta_numlycee_label_zone"] == "rurale"
    collectors = json.loads((await site.get("/api/v1/sd/collectors", PLAIN))[2])
    assert collectors == [{"targets": ["centre-1:8080", "centre-2:8080"], "labels": {}}]


async def test_without_targets_or_a_picture_prometheus_is_told_so(site: Site) -> None:
    assert (await site.get("/api/v1/sd/web", PLAIN))[::2] == (200, b"[]")
    site.picture = None
    assert (await site.get("/api/v1/sd/web", PLAIN))[0] == 503
