"""Sends the past to the centre before the present begins, with a progress bar."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from numlycee.clock import Clock
from numlycee.domain.calendars import local_date, school_year_of, zone_of
from numlycee.domain.sites import Site
from numlycee.region.history import History
from numlycee.region.loader import Loader, Past
from numlycee.region.world import World
from numlycee.wire.receipts import site_key
from numlycee.wire.topics import Topics
from numlycee_agent.ports import Will
from numlycee_agent.telling.access import Access, Version
from numlycee_agent.telling.mqtt import MqttBroker

LOADER = "numlycee-passe"


def past_year(now: int, zone: str) -> tuple[str, date]:
    """Return the last whole school year before an instant, and its first day."""
    current = int(school_year_of(local_date(now, zone_of(zone)))[:4])
    return f"{current - 1}-{current}", date(current - 1, 9, 1)


async def send_past(
    sites: Sequence[Site], world: World, history: History, master: bytes, port: int, clock: Clock,
    console: Console,
) -> None:  # fmt: skip
    """Offer the whole history over one session and return once the centre has confirmed it."""
    topics = Topics()
    broker = MqttBroker(Access("127.0.0.1", port, LOADER, version=Version.V311))
    filters = [f"{topics.root}/+/down/receipt"]
    with _bar(console) as bar:
        task = bar.add_task("année passée", total=history.bulletins())
        async with broker.connect(Will(f"{LOADER}/adieu", b""), filters) as session:
            loader = Loader(session, topics, clock)
            async with asyncio.TaskGroup() as group:
                insisting = group.create_task(loader.insist())
                pasts = _pasts(sites, world, history, master)
                await loader.load(pasts, lambda count: bar.advance(task, count))
                insisting.cancel()
        bar.update(task, total=bar.tasks[0].completed)


def _pasts(sites: Sequence[Site], world: World, history: History, master: bytes) -> Iterator[Past]:
    shared = history.regional()
    for site in sites:
        records = tuple(history.of(site, world.resources[site.uai], shared))
        yield Past(site.uai, records, site_key(master, site.uai))


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("bulletins"),
        TimeRemainingColumn(),
        console=console,
    )
