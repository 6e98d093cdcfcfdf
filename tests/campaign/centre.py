"""The collector in a process of its own: session, ledger and store are real, its clock is not."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from numlycee.adapters.mqtt import BrokerAddress, MqttCentre
from numlycee.adapters.sql import SqlStore, StoreError
from numlycee.clock import Clock
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.collector.ports import StoreUnavailableError
from numlycee.wire.receipts import site_key
from numlycee.wire.topics import Topics
from tests.campaign.child import asked
from tests.campaign.clocks import FastClock, Pace
from tests.campaign.mutants import a_store
from tests.campaign.proxy import HOST
from tests.campaign.world import SECRET


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the collector works: its store, its fleet, the port of its broker, its time."""

    url: str
    fleet: Sequence[str]
    port: int
    pace: Pace
    mutant: str = ""


def serve(seat: Seat, end: Path) -> None:
    """Take in what comes until killed, or asked to end."""
    clock = FastClock(seat.pace)
    with ExitStack() as stack:
        board, store = _opened(seat, clock, stack)
        ingest = Ingest(store, board, seat.fleet, partial(site_key, SECRET.encode()), clock)
        address = BrokerAddress(HOST, seat.port)
        asyncio.run(_serve(MqttCentre(address, ingest, clock, Topics()), end))


def _opened(seat: Seat, clock: Clock, stack: ExitStack) -> tuple[Board, SqlStore]:
    """Open the store, again and again while its server is away, as a service manager would."""
    while True:
        with suppress(StoreError, StoreUnavailableError), ExitStack() as opening:
            store = opening.enter_context(closing(a_store(seat.url, clock, seat.mutant)))
            board = Board(seat.fleet, clock)
            board.restore(store.latest())
            stack.push(opening.pop_all())
            return board, store
        time.sleep(0.05)


async def _serve(centre: MqttCentre, end: Path) -> None:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(centre.run())
        await asked(end)
        task.cancel()
