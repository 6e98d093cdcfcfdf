"""A broker in memory that acknowledges what it then loses, as real ones do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from random import Random

from numlycee.wire.topics import Topics
from numlycee_agent.ports import Will
from tests.agent.virtual import VirtualClock

Message = tuple[str, bytes]
QUEUE = 40
"""Messages that wait for the collector; those that do not fit are dropped without a word."""
LOST, DOUBLED, LATE = 0.02, 0.05, 0.05
"""Shares of messages that vanish, come twice, come before others."""
_TOPICS = Topics()


class Office:
    """The sessions of all agents, and what waits for the collector."""

    def __init__(self, clock: VirtualClock, chance: Random) -> None:
        self.away = False
        self.overflowed = 0
        self.unreachable: set[str] = set()
        self._clock = clock
        self._chance = chance
        self._queue: list[Message] = []
        self._filled = asyncio.Event()
        self._sessions: dict[str, OfficeSession] = {}

    def die(self) -> None:
        """Lose everything and everybody."""
        self.away = True
        self._queue.clear()
        for uai in list(self._sessions):
            self.cut(uai)

    def cut(self, uai: str) -> None:
        """End the session of one agent, if it has one."""
        if uai in self._sessions:
            self._sessions.pop(uai).end()

    async def waiting(self, most: int) -> Sequence[Message]:
        """Return what waits for the collector, once woken; it waits on until it is acknowledged."""
        if not self._queue or self.away:
            self._filled.clear()
            await self._filled.wait()
        return () if self.away else tuple(self._queue[:most])

    def wake(self) -> None:
        """Wake the collector for nothing."""
        self._filled.set()

    def acknowledge(self, batch: Sequence[Message]) -> None:
        """Forget what the collector has taken in, as far as it is still known."""
        for message in batch:
            if message in self._queue:
                self._queue.remove(message)

    def back(self) -> None:
        """Be there again."""
        self.away = False
        self._filled.set()

    def post(self, topic: str, payload: bytes) -> None:
        """Take a message from an agent."""
        dice = self._chance.random()
        if dice < LOST:
            return
        if len(self._queue) >= QUEUE:
            self.overflowed += 1
            return
        early = LOST < dice < LOST + LATE
        self._queue.insert(
            self._chance.randint(0, len(self._queue)) if early else QUEUE, (topic, payload)
        )
        if dice > 1 - DOUBLED:
            self._queue.append((topic, payload))
        self._filled.set()

    def deliver(self, topic: str, payload: bytes) -> None:
        """Hand a receipt to its agent, if it is there."""
        parsed = _TOPICS.parse(topic)
        assert parsed is not None
        session = self._sessions.get(parsed[0])
        if session and not self.away and self._chance.random() >= LOST:
            session.down.put_nowait((topic, payload))

    @asynccontextmanager
    async def connect(
        self, will: Will, subscriptions: Sequence[str]
    ) -> AsyncIterator["OfficeSession"]:
        """Open the session of an agent; raises `ConnectionError`."""
        parsed = _TOPICS.parse(will.topic)
        assert parsed is not None
        uai = parsed[0]
        await self.pause()
        if self.away or uai in self.unreachable:
            raise ConnectionError("refused")
        self.cut(uai)
        session = self._sessions[uai] = OfficeSession(self)
        try:
            yield session
        finally:
            session.end()
            if self._sessions.get(uai) is session:
                del self._sessions[uai]

    async def pause(self) -> None:
        """Let some time pass, as on a line."""
        await self._clock.sleep(self._chance.expovariate(10))


class OfficeSession:
    """One agent's connection."""

    def __init__(self, office: Office) -> None:
        self.down: asyncio.Queue[Message | None] = asyncio.Queue()
        self._office = office
        self._ended = False

    def end(self) -> None:
        """End, and tell who listens."""
        self._ended = True
        self.down.put_nowait(None)

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> None:
        """Publish; raises `ConnectionError`."""
        for _ in range(2):
            if self._ended:
                raise ConnectionError("cut")
            await self._office.pause()
        self._office.post(topic, payload)

    async def messages(self) -> AsyncIterator[Message]:
        """Yield what comes; raises `ConnectionError` at the end."""
        while (message := await self.down.get()) is not None:
            yield message
        raise ConnectionError("cut")
