"""A real Prometheus finds the collectors and the lycées' web sites by the example of `deploy/`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from numlycee.adapters.prometheus import Metrics
from numlycee.adapters.web import Web
from numlycee.picture import Picture
from tests.adapters.web.pictures import healthy
from tests.external.conftest import ROOT
from tests.external.servers import HOST, Prometheus, binary, free_port
from tests.external.test_dashboards_prometheus import Standing

EXAMPLE = ROOT / "deploy/prometheus/discovery.yml"
ADDRESS = "https://lycee.example.fr/"


def shown() -> tuple[str, Picture]:
    """One lycée has a public site and a label."""
    known = healthy()
    uai, *_ = known.sites
    lycee = replace(known.sites[uai], web=ADDRESS, labels=(("zone", "rurale"),))
    return uai, replace(known, sites={**known.sites, uai: lycee})


@asynccontextmanager
async def blackbox() -> AsyncIterator[int]:
    """What blackbox_exporter would say of a target, without asking it anything."""

    async def probe(request: web.Request) -> web.Response:
        asked = (request.query.get("target"), request.query.get("module"))
        return web.Response(text=f"probe_success {int(asked == (ADDRESS, 'http_2xx'))}\n")

    application = web.Application()
    application.router.add_get("/probe", probe)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def settings(folder: Path, centre: int, prober: int) -> Path:
    """The example, its addresses replaced by those of the test and its rhythm by a quick one."""
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("localhost:8080", f"{HOST}:{centre}")
    text = text.replace("localhost:9115", f"{HOST}:{prober}").replace("60s", "1s")
    path = folder / "prometheus.yml"
    path.write_text(f"global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n{text}")
    return path


@asynccontextmanager
async def scraping(folder: Path, centre: int, prober: int) -> AsyncIterator[Prometheus]:
    """Run a Prometheus while the loop goes on answering it."""
    listen = free_port()
    command = (
        binary("prometheus", "prometheus"),
        f"--config.file={settings(folder, centre, prober)}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={HOST}:{listen}",
        "--log.level=warn",
    )
    server = Prometheus("prometheus", command, folder, listen)
    try:
        await asyncio.to_thread(server.start)
        yield server
    finally:
        await asyncio.to_thread(server.stop)


async def test_prometheus_discovers_and_labels_what_the_centre_names(tmp_path: Path) -> None:
    uai, picture = shown()
    collectors: list[str] = []
    centre = Web(lambda: picture, Standing(), metrics=Metrics().answer, collectors=collectors)
    async with centre.listening(HOST, 0) as port, blackbox() as prober:
        collectors.append(f"{HOST}:{port}")
        async with scraping(tmp_path, port, prober) as server:
            labels = f'job="lycees-web",uai="{uai}",zone="rurale",instance="{ADDRESS}"'
            await asyncio.to_thread(server.query_until, f"probe_success{{{labels}}} == 1")
            await asyncio.to_thread(server.query_until, 'up{job="numlycee"} == 1')
            labels = f'uai="{uai}",label="zone",value="rurale"'
            await asyncio.to_thread(server.query_until, f"numlycee_site_label{{{labels}}}")
