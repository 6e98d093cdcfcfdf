"""One connection with the centre: hello, the present at once, the backlog in order, receipts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from numlycee.clock import Clock
from numlycee.wire.messages import encode_now
from numlycee.wire.records import batch
from numlycee.wire.topics import Topics
from numlycee_agent.ports import Present, Session
from numlycee_agent.spool.spool import Spool
from numlycee_agent.telling.handshake import Handshake
from numlycee_agent.telling.window import Window

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who speaks: the site, its receipt key, and the topics of its Region."""

    uai: str
    key: bytes = field(repr=False)
    topics: Topics = field(default_factory=Topics)

    def up(self, leaf: str) -> str:
        """Return the topic on which this site publishes."""
        return self.topics.up(self.uai, leaf)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds: between presents, at least between two, between batches, between first hellos."""

    present: float = 10.0
    change: float = 0.25
    pace: float = 0.1
    hello: float = 10.0
    longest_hello: float = 60.0
    tick: float = 1.0
    silence: float = 300.0


RHYTHM = Rhythm()


class Conversation:
    """What is said on one session, until it ends; `heard` is called at every receipt heeded."""

    def __init__(
        self,
        session: Session,
        spool: Spool,
        present: Present,
        identity: Identity,
        clock: Clock,
        *,
        heard: Callable[[], None],
        rhythm: Rhythm = RHYTHM,
    ) -> None:
        self._session = session
        self._run = spool.run
        self._spool = spool
        self._present = present
        self._identity = identity
        self._clock = clock
        self._rhythm = rhythm
        self._handshake = Handshake(identity.key)
        self._window = Window(spool)
        self._work, self._news = asyncio.Event(), asyncio.Event()
        self._answered_at = clock.monotonic()
        self._next_hello = 0.0
        self._wait = rhythm.hello
        self._answered = False
        self._complained = self._alarmed = False
        self._hear = heard

    async def run(self) -> None:
        """Speak and listen until the session ends; raises a group of `ConnectionError` then."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            group.create_task(self._strike(self._news, self._rhythm.present))
            group.create_task(self._strike(self._work, self._rhythm.tick))
            group.create_task(self._watch())
            group.create_task(self._repeat(self._news, self._show))
            group.create_task(self._repeat(self._work, self._send))

    async def _strike(self, bell: asyncio.Event, seconds: float) -> None:
        while True:
            bell.set()
            await self._clock.sleep(seconds)

    async def _watch(self) -> None:
        while True:
            await self._present.changed()
            self._news.set()

    async def _repeat(self, bell: asyncio.Event, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await bell.wait()
            bell.clear()
            await act()

    async def _show(self) -> None:
        """Publish the present; it waits for nothing and nobody waits for it."""
        payload = encode_now(self._present.now())
        await self._session.publish(self._identity.up("now"), payload, qos=0)
        await self._clock.sleep(self._rhythm.change)

    async def _send(self) -> None:
        """Say hello where it is due, then send batches while the window has room."""
        if self._spool.run != self._run:
            raise ConnectionError("a new run begins")
        if self._window.overdue(self._clock.monotonic()):
            self._window.rewind()
            self._answered = False
        if not self._answered or self._spool.undated:
            await self._greet()
        while self._answered and (records := self._next()):
            payload = batch(records, self._clock.now())
            await self._session.publish(self._identity.up("bulletin"), payload, qos=1)
            await self._clock.sleep(self._rhythm.pace)

    def _next(self) -> tuple[bytes, ...]:
        try:
            return tuple(self._window.next(self._clock.monotonic()))
        except OSError as error:
            self._complain(f"the spool cannot be read: {error}")
            return ()

    async def _greet(self) -> None:
        now = self._clock.monotonic()
        self._alarm(now)
        if now < self._next_hello:
            return
        self._next_hello = now + self._wait
        self._wait = min(2 * self._wait, self._rhythm.longest_hello)
        hello = self._handshake.hello(self._spool, self._clock.now())
        await self._session.publish(self._identity.up("hello"), hello, qos=1)

    async def _listen(self) -> None:
        receipts = self._identity.topics.down(self._identity.uai, "receipt")
        async for topic, payload in self._session.messages():
            if topic == receipts:
                self._heed(payload)
        raise ConnectionError("the session ended")

    def _heed(self, payload: bytes) -> None:
        epoch = self._spool.marks.epoch
        try:
            receipt = self._handshake.read(payload)
            self._spool.settle(receipt)
        except (ValueError, OSError) as error:
            self._complain(f"receipt not heeded: {error}")
            return
        if self._spool.marks.epoch > epoch:
            self._window = Window(self._spool)
        self._window.progress()
        self._answered, self._answered_at = True, self._clock.monotonic()
        self._wait = self._rhythm.hello
        if not self._spool.undated:  # else the centre is asked the time again, in due course
            self._next_hello = 0.0
        self._alarmed = False
        self._hear()
        self._work.set()

    def _complain(self, message: str) -> None:
        """Tell what is wrong, once a connection: it may be repeated a million times."""
        if not self._complained:
            self._complained = True
            _log.warning("%s", message)

    def _alarm(self, now: float) -> None:
        if not self._alarmed and now - self._answered_at > self._rhythm.silence:
            self._alarmed = True
            _log.error(
                "connected to the broker, but the centre has not answered for %d s; is it running, "
                "and do its secret and the broker's access list know this site?",
                self._rhythm.silence,
            )
