"""One stay at the broker: two connections, and what comes and goes through them."""

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import NoReturn
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange
from aio_pika.abc import AbstractIncomingMessage as Incoming
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError, ChannelPreconditionFailed

from numlycee.adapters.rabbitmq.names import (
    EXCHANGE,
    LIVE,
    LIVE_BOUNDS,
    SHARED,
    SHARED_BOUNDS,
    bindings,
    key_of,
    topic_of,
)
from numlycee.wire.topics import Topics

MOST_BATCH = 500
MOST_LETTERS = 10_000
"""Receipts that wait for a broker which takes none: beyond, the oldest go, and are asked again."""
PATIENCE = 30.0

# It tells with a traceback what is told here, or by the caller, in one line.
logging.getLogger("aiormq.connection").setLevel(logging.CRITICAL)


class SessionLostError(Exception):
    """The stay is over: what was not acknowledged comes again in the next."""


LOST = (AMQPError, ChannelInvalidStateError, OSError, SessionLostError)
"""Everything by which a stay ends."""


@dataclass(frozen=True, slots=True)
class RabbitAddress:
    """Where the broker is, who we are, and the queue that collectors share.

    Without `username`, we are who the certificate of `tls` says. `prefetch` messages at most are
    held here unacknowledged; `heartbeat` is in seconds.
    """

    host: str
    port: int = 5671
    vhost: str = "numlycee"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    queue: str = "numlycee-bulletins"
    prefetch: int = 250
    heartbeat: int = 10

    def connect(self, purpose: str) -> Awaitable[AbstractConnection]:
        """Open a connection; raises one of `LOST`."""
        return aio_pika.connect(
            host=self.host,
            port=self.port,
            virtualhost=self.vhost,
            login=self.username or "",
            password=self.password or "",
            ssl=self.tls is not None,
            ssl_context=self.tls,
            client_properties={"connection_name": f"numlycee {purpose}"},
            auth="plain" if self.username else "external",
            heartbeat=self.heartbeat,
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as the intake wants it; a `lasting` one is kept until it is stored."""

    topic: str
    payload: bytes
    lasting: bool
    message: Incoming


class Session:
    """What the two connections of a stay are used for."""

    def __init__(self, exchange: AbstractExchange) -> None:
        """Begin with nothing waiting; receipts go to an exchange."""
        self._exchange = exchange
        self._arrivals: asyncio.Queue[Arrival | None] = asyncio.Queue()
        self._letters: deque[tuple[str, bytes]] = deque(maxlen=MOST_LETTERS)
        self._written = asyncio.Event()
        self._lost = ""

    async def arrive(self, message: Incoming, *, lasting: bool) -> None:
        """Let a message wait."""
        topic = topic_of(message.routing_key or "")
        self._arrivals.put_nowait(Arrival(topic, message.body, lasting, message))

    def lose(self, *why: object) -> None:
        """Note that the stay is over."""
        self._lost = self._lost or f"the session ended: {why[-1] if why else 'unknown'}"
        self._arrivals.put_nowait(None)

    def check(self) -> None:
        """Raise `SessionLostError` when the stay is over."""
        if self._lost:
            raise SessionLostError(self._lost)

    async def messages(self) -> list[Arrival]:
        """Return what waits, once something does, in order; raises `SessionLostError`."""
        first = await self._arrivals.get()
        self.check()
        return [*([first] if first else []), *self.waiting()]

    def waiting(self) -> list[Arrival]:
        """Return what waits now, a bounded batch at most."""
        count = min(self._arrivals.qsize(), MOST_BATCH - 1)
        return [one for one in (self._arrivals.get_nowait() for _ in range(count)) if one]

    async def acknowledge(self, batch: Sequence[Arrival]) -> None:
        """Acknowledge a batch, and with it all that came before; raises one of `LOST`."""
        self.check()
        last = {arrival.lasting: arrival.message for arrival in batch}
        with genuine():
            for message in last.values():
                await message.ack(multiple=True)

    def post(self, letters: Sequence[tuple[str, bytes]]) -> None:
        """Let (topic, payload) pairs be published, without waiting for it."""
        self._letters.extend(letters)
        self._written.set()

    async def deliver(self) -> NoReturn:
        """Publish what is posted, until cancelled; raises one of `LOST`."""
        while True:
            await self._written.wait()
            self._written.clear()
            while self._letters:
                topic, payload = self._letters.popleft()
                letter = aio_pika.Message(payload, delivery_mode=1)
                with genuine():
                    await self._exchange.publish(letter, key_of(topic), mandatory=False)


@asynccontextmanager
async def session(address: RabbitAddress, topics: Topics) -> AsyncIterator[Session]:
    """Open a stay; raises one of `LOST`.

    Receipts have a connection of their own: a broker short of memory or disk stops reading from
    whoever publishes, and what is acknowledged is what gives it room again.
    """
    async with AsyncExitStack() as opened:
        yield await _settled(opened, address, topics)


async def _settled(opened: AsyncExitStack, address: RabbitAddress, topics: Topics) -> Session:
    patience = asyncio.timeout(PATIENCE)
    try:
        with genuine():
            async with patience:
                return await _settle(opened, address, topics)
    except TimeoutError as error:
        if not patience.expired():
            raise
        raise SessionLostError(
            f"the broker did not open queue {address.queue} within {PATIENCE:g} s; if that lasts, "
            "the queue has no leader: delete it, its agents offer again what it held"
        ) from error


async def _settle(opened: AsyncExitStack, address: RabbitAddress, topics: Topics) -> Session:
    telling = await opened.enter_async_context(await address.connect("receipts"))
    taking = await opened.enter_async_context(await address.connect("bulletins"))
    channels = [
        await connection.channel(publisher_confirms=False)
        for connection in (telling, taking, taking)
    ]
    outgoing, shared, live = channels
    stay = Session(await outgoing.get_exchange(EXCHANGE, ensure=False))
    for channel in channels:
        channel.close_callbacks.add(stay.lose)
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(stay.lose)
    keys = bindings(topics, SHARED)
    await _listen(shared, stay, address, address.queue, SHARED_BOUNDS, keys)
    name = f"numlycee-live-{uuid4().hex}"
    await _listen(live, stay, address, name, LIVE_BOUNDS, bindings(topics, LIVE))
    return stay


async def _listen(
    channel: AbstractChannel,
    stay: Session,
    address: RabbitAddress,
    name: str,
    bounds: Mapping[str, str | int],
    keys: Iterator[str],
) -> None:
    lasting = bounds is SHARED_BOUNDS
    await channel.set_qos(prefetch_count=address.prefetch)
    try:
        queue = await channel.declare_queue(
            name,
            durable=lasting,
            exclusive=not lasting,
            auto_delete=not lasting,
            arguments=dict(bounds),
        )
    except ChannelPreconditionFailed as error:
        remedy = "delete it, its agents offer again what it held; or name another"
        raise SessionLostError(f"{error}; {remedy}") from error
    for key in keys:
        await queue.bind(EXCHANGE, key)
    await queue.consume(partial(stay.arrive, lasting=lasting))


@contextmanager
def genuine() -> Iterator[None]:
    """Let a cancellation pass only where somebody asked for it.

    aiormq rejects what waits with the reason for which its connection ended, and a cancellation is
    one; and Python 3.11's `wait_for`, within it, swallows a cancellation that meets its result.
    What was asked before does not count: 3.11's `TaskGroup` leaves one behind whenever it fails.
    """
    task = asyncio.current_task()
    asked = task.cancelling() if task else 0
    try:
        yield
    except asyncio.CancelledError:
        if task is None or task.cancelling() > asked:
            raise
        raise SessionLostError("the connection was given up") from None
    if task is not None and task.cancelling() > asked:
        raise asyncio.CancelledError
