"""The centre behind RabbitMQ: collectors share a queue, and acknowledge after their commit."""

import asyncio
import logging
from typing import NoReturn

from numlycee.adapters.rabbitmq.session import LOST, Arrival, RabbitAddress, Session, session
from numlycee.clock import Clock
from numlycee.collector.careful import carefully
from numlycee.collector.ports import Intake, StoreUnavailableError
from numlycee.wire.topics import Topics

__all__ = ["RabbitAddress", "RabbitCentre"]

_log = logging.getLogger(__name__)
SLOWEST = 30.0
RETRY = 1.0


class RabbitCentre:
    """Stays at the broker for ever, one of any number of collectors, and feeds an intake."""

    def __init__(
        self, address: RabbitAddress, intake: Intake, clock: Clock, topics: Topics
    ) -> None:
        """Take everything by construction."""
        self._address = address
        self._intake = intake
        self._clock = clock
        self._topics = topics
        self._connected = False

    @property
    def connected(self) -> bool:
        """Tell whether messages can come."""
        return self._connected

    async def run(self) -> NoReturn:
        """Serve until cancelled, connecting again whenever a stay ends."""
        pause = RETRY
        while True:
            pause = RETRY if await self._stay() else pause
            await self._clock.sleep(pause)
            pause = min(2 * pause, SLOWEST)

    async def _stay(self) -> bool:
        """Serve one stay to its end; tell whether it had begun."""
        began = False
        try:
            async with session(self._address, self._topics) as stay, asyncio.TaskGroup() as group:
                self._connected = began = True
                _log.info("connected to RabbitMQ, queue %s", self._address.queue)
                group.create_task(stay.deliver())
                group.create_task(self._serve(stay))
        except* LOST as errors:
            place = f"{self._address.host}:{self._address.port}"
            _log.warning("%s: %s", place, "; ".join(map(_told, errors.exceptions)))
        finally:
            self._connected = False
        return began

    async def _serve(self, stay: Session) -> NoReturn:
        held: list[Arrival] = []
        while True:
            batch = [*held, *(stay.waiting() if held else await stay.messages())]
            pairs = [(arrival.topic, arrival.payload) for arrival in batch]
            try:
                receipts = await asyncio.to_thread(carefully, self._intake, pairs)
            except StoreUnavailableError as error:
                _log.error("nothing is confirmed: %s", error)
                held = [arrival for arrival in batch if arrival.lasting]
                await stay.acknowledge([arrival for arrival in batch if not arrival.lasting])
                await self._clock.sleep(RETRY)
                stay.check()
                continue
            held = []
            stay.post(receipts)
            await stay.acknowledge(batch)


def _told(error: BaseException) -> str:
    return str(error) or type(error).__name__
