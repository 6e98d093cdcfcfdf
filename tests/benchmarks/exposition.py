"""CPU of one scrape per series, gzip included, beside prometheus_client and the pushgateway.

Lycées of 250 resources show of each what it is, how it is, and six gauges; between two scrapes
every gauge has moved, as after a round of presents. The peers expose as many series with
the same names and labels: prometheus_client from gauges that were set before, the pushgateway from
what was pushed to it. All are asked for gzip, as Prometheus does, and compress in their own way.
"""

import asyncio
import gzip
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

import psutil
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from numlycee.adapters.prometheus import Metrics
from numlycee.collector.model import BoardSnapshot, LedgerSnapshot, LiveResource, LiveSite
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.objectives import Promises
from numlycee.domain.sites import Site
from numlycee.domain.states import State
from numlycee.outages.model import OutagesSnapshot
from numlycee.picture import Picture
from numlycee.rates.model import RatesSnapshot
from numlycee.rates.promised import Promised
from numlycee.region.lycees import make_sites
from tests.benchmarks.peers.peer import (
    NotInstalledError,
    cpu_seconds,
    installed,
    memory,
    say,
)
from tests.benchmarks.runner import Outcome
from tests.external.servers import HOST, WebServer, free_port, running

AT = 1_795_400_000_000
RESOURCES, GAUGES = 250, 6
SIZES = (10_000, 100_000, 500_000)
BESIDE = 100_000
ROUNDS = 5
BEAT = 0.002
GOAL, STALL = 0.5, 0.050
PACKAGE = "prometheus-pushgateway"

Scrape = Callable[[], float]
"""One scrape; returns the CPU seconds that it took."""


def run() -> Outcome:
    """Measure every size, the peers beside one of them, and how long the event loop is held."""
    figures: dict[str, float | str] = {}
    costs = {}
    for size in SIZES:
        say(f"{size} series")
        pictures = _pictures(size)
        costs[size], held, packed = _ours(pictures)
        figures |= {
            f"µs per series, {size:,} series": costs[size],
            f"MiB held besides the picture, {size:,} series": held / 2**20,
            f"octets per series on the wire, {size:,} series": packed,
        }
    stall = asyncio.run(_stall(_pictures(SIZES[-1])))
    figures[f"longest stall of the event loop in ms, {SIZES[-1]:,} series"] = stall * 1e3
    ratios = {}
    for name, peer in (("prometheus_client", _client), ("pushgateway", _pushgateway)):
        try:
            with peer(_pictures(BESIDE)[0]) as scrape:
                figures[f"{name}, µs per series"] = cost = _median(scrape) / BESIDE * 1e6
        except NotInstalledError as error:
            figures[name] = str(error)
            continue
        ratios[f"{name} / ours"] = cost / costs[BESIDE]
    return Outcome(
        figures=figures,
        ratios=ratios,
        goals={"per series": f"≤ {GOAL} µs at every size", "stall": f"≤ {STALL * 1e3:.0f} ms"},
        met={"per series": max(costs.values()) <= GOAL, "stall": stall <= STALL},
    )


def _ours(pictures: list[Picture]) -> tuple[float, int, float]:
    """Return µs a series, bytes held between scrapes, and octets sent a series."""
    process = psutil.Process()
    before = process.memory_info().rss
    metrics = Metrics(CollectorRegistry())
    body, _ = metrics.answer(pictures[-1], packed=True)
    series = sum(not line.startswith(b"#") for line in gzip.decompress(body).splitlines())
    costs = []
    for i in range(ROUNDS):
        start = time.process_time()
        body, _ = metrics.answer(pictures[i % len(pictures)], packed=True)
        costs.append(time.process_time() - start)
    held = process.memory_info().rss - before
    return statistics.median(costs) / series * 1e6, held, len(body) / series


async def _stall(pictures: list[Picture]) -> float:
    """Return the longest time for which other work of the loop waited during scrapes."""
    metrics, longest = Metrics(CollectorRegistry()), 0.0
    over = asyncio.Event()

    async def beat() -> None:
        nonlocal longest
        while not over.is_set():
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            longest = max(longest, time.perf_counter() - before - BEAT)

    async with asyncio.TaskGroup() as group:
        group.create_task(beat())
        for picture in pictures * 2:
            await asyncio.to_thread(metrics.answer, picture, packed=True)
        over.set()
    return longest


@contextmanager
def _client(picture: Picture) -> Iterator[Scrape]:
    """prometheus_client with a child for every series, as its own server answers."""
    registry = CollectorRegistry()
    gauges: dict[str, Gauge] = {}
    for name, labels, value in _series(picture):
        gauge = gauges.get(name) or gauges.setdefault(
            name, Gauge(name, "as ours", list(labels), registry=registry)
        )
        gauge.labels(*labels.values()).set(value)

    def scrape() -> float:
        start = time.process_time()
        gzip.compress(generate_latest(registry))
        return time.process_time() - start

    yield scrape


@contextmanager
def _pushgateway(picture: Picture) -> Iterator[Scrape]:
    """Debian's pushgateway, holding one group for each lycée."""
    program, port = installed("prometheus-pushgateway", PACKAGE), free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = (program, f"--web.listen-address={HOST}:{port}")
        with running(WebServer("pushgateway", command, Path(folder), port)) as server:
            for uai, body in _pushes(picture).items():
                _send(f"{server.url}/metrics/job/numlycee/uai/{uai}", body)

            def scrape() -> float:
                before = cpu_seconds(server.pid)
                _send(f"{server.url}/metrics")
                return cpu_seconds(server.pid) - before

            scrape()
            say(f"pushgateway holds {memory(server.pid) >> 20} MiB")
            yield scrape


def _pushes(picture: Picture) -> Mapping[str, bytes]:
    bodies: dict[str, list[str]] = {}
    for name, labels, value in _series(picture):
        inside = ",".join(f'{key}="{word}"' for key, word in labels.items() if key != "uai")
        bodies.setdefault(labels["uai"], []).append(f"{name}{{{inside}}} {value!r}\n")
    return {uai: "".join(sorted(lines)).encode() for uai, lines in bodies.items()}


def _send(url: str, body: bytes | None = None) -> None:
    request = urllib.request.Request(url, body, {"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def _median(scrape: Scrape) -> float:
    return statistics.median(scrape() for _ in range(ROUNDS))


def _series(picture: Picture) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """Give name, labels and value of every series of a resource."""
    for live in picture.board.sites.values():
        for item in live.resources:
            labels = {
                "uai": item.uai,
                "resource": item.resource.id,
                "kind": str(item.resource.kind),
            }
            yield "numlycee_resource_state", labels, 0
            told = {"class": "network", "vendor": item.resource.vendor, "owner": "region"}
            yield "numlycee_resource_info", labels | told, 1
            for gauge, value in item.gauges.items():
                yield f"numlycee_device_{gauge}", labels, value


def _pictures(series: int) -> list[Picture]:
    """Return three presents in a row of as many lycées as give so many series, and a few more."""
    lycees = series // RESOURCES // (2 + GAUGES)
    sites = {site.uai: site for site in make_sites(1, lycees)}
    listed = [
        Resource(f"sw-{i:03d}", Kind.SWITCH, f"Commutateur {i}", None, 10_000, 1_700, "HPE", "2530")
        for i in range(RESOURCES)
    ]
    chance = Random(1)
    return [_picture(sites, listed, AT + step, chance) for step in range(0, 30_000, 10_000)]


def _picture(sites: Mapping[str, Site], listed: list[Resource], at: int, chance: Random) -> Picture:
    board = {
        uai: LiveSite(
            uai, False, at, "r", "1", 0, 1,
            tuple(LiveResource(uai, r, State.UP, None, AT, _gauges(at, chance)) for r in listed),
        )
        for uai in sites
    }  # fmt: skip
    return Picture(
        at=at,
        region="Occitanie",
        zone="Europe/Paris",
        sites=sites,
        board=BoardSnapshot(at, board),
        outages=OutagesSnapshot(at, (), 0, 0),
        rates=RatesSnapshot(AT, {}, {}, {}),
        ledger=LedgerSnapshot(at, 1, 1, {}, {}),
        promised=Promised.to(sites, Promises.of(())),
    )


def _gauges(at: int, chance: Random) -> dict[str, float]:
    """Return six figures as agents send them, to the microsecond and the millionth."""
    return {
        "rtt_seconds": round(chance.random() / 100, 6),
        "cpu_ratio": round(chance.random(), 6),
        "temperature_celsius": chance.randrange(400, 500) / 10,
        "poe_used_watts": chance.randrange(1000) / 10,
        "ports_up": float(chance.randrange(48)),
        "uptime_seconds": float(at // 1000),
    }
