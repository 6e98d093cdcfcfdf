"""Tells the centre what the spool holds and what the site looks like now, for ever."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from random import Random

from numlycee.clock import Clock
from numlycee.wire.messages import Presence, encode_presence
from numlycee_agent import __version__
from numlycee_agent.ports import Broker, Present, Session, Will
from numlycee_agent.spool.spool import Spool
from numlycee_agent.telling.conversation import RHYTHM, Conversation, Identity, Rhythm

_log = logging.getLogger(__name__)


def pauses(chance: Random, first: float = 1.0, most: float = 60.0) -> Iterator[float]:
    """Yield the seconds to wait before each new attempt: doubling, and never all together."""
    pause = first
    while True:
        yield pause * chance.uniform(0.5, 1.0)
        pause = min(2 * pause, most)


class Publisher:
    """Connects, converses until the session ends, and connects again; nothing is ever given up.

    `heard_at` is when the centre last confirmed anything, in milliseconds; None before it has.
    """

    def __init__(
        self,
        broker: Broker,
        spool: Spool,
        present: Present,
        identity: Identity,
        clock: Clock,
        *,
        chance: Random,
        rhythm: Rhythm = RHYTHM,
    ) -> None:
        self._broker = broker
        self._spool = spool
        self._present = present
        self._identity = identity
        self._clock = clock
        self._chance = chance
        self._rhythm = rhythm
        self._told = ""
        self._heard = False
        self.heard_at: int | None = None

    async def run(self) -> None:
        """Publish until cancelled; says goodbye then."""
        waiting = pauses(self._chance)
        while True:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._attempt())
            if self._heard:
                waiting = pauses(self._chance)
            await self._clock.sleep(next(waiting))

    async def drain(self, seconds: float) -> None:
        """Return once all is confirmed, or after this long: at the end, the last word may pass."""
        until = self._clock.monotonic() + seconds
        while self._heard and self._spool.unconfirmed and self._clock.monotonic() < until:
            await self._clock.sleep(0.1)

    async def _attempt(self) -> None:
        """Converse until the session ends; a task of its own.

        Where a connection ends and a cancellation comes at once, Python 3.11's groups forget one.
        """
        try:
            await self._session()
        except* ConnectionError as lost:
            self._tell(lost)

    async def _session(self) -> None:
        self._heard = False
        will = Will(self._identity.up("presence"), self._presence(online=False))
        subscriptions = [self._identity.topics.all_down(self._identity.uai)]
        async with self._broker.connect(will, subscriptions) as session:
            await self._announce(session, online=True)
            try:
                await self._converse(session)
            except asyncio.CancelledError:
                with suppress(ConnectionError):
                    await self._announce(session, online=False)
                raise

    async def _converse(self, session: Session) -> None:
        conversation = Conversation(
            session,
            self._spool,
            self._present,
            self._identity,
            self._clock,
            heard=self._hear,
            rhythm=self._rhythm,
        )
        await conversation.run()

    def _hear(self) -> None:
        if not self._heard:
            _log.info("the centre answers")
        self._heard, self._told = True, ""
        self.heard_at = self._clock.now()

    async def _announce(self, session: Session, *, online: bool) -> None:
        topic = self._identity.up("presence")
        await session.publish(topic, self._presence(online=online), qos=1, retain=True)

    def _presence(self, *, online: bool) -> bytes:
        return encode_presence(Presence(online, self._spool.run, __version__))

    def _tell(self, lost: BaseExceptionGroup[ConnectionError]) -> None:
        """Log why the connection ended, once for each reason in a row."""
        fault: BaseException = lost
        while isinstance(fault, BaseExceptionGroup):
            fault = fault.exceptions[0]
        if str(fault) != self._told:
            self._told = str(fault)
            _log.warning("broker: %s; trying again", fault)
