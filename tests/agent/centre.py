"""A broker and a centre that behave, and misbehave when told: for tests of the publisher."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from numlycee.domain.intervals import IntervalSet
from numlycee.wire.messages import (
    Hello,
    Now,
    Presence,
    decode_hello,
    decode_now,
    decode_presence,
)
from numlycee.wire.receipts import Mark, Receipt, encode_receipt
from numlycee.wire.records import Bulletin, Gap, Record, Refused, decode
from numlycee.wire.topics import Topics
from numlycee_agent.ports import Will
from numlycee_agent.spool.spool import Spool
from numlycee_agent.telling.conversation import Identity

UAI = "0310036W"
KEY = b"k" * 32
IDENTITY = Identity(UAI, KEY)
TOPICS = Topics()
RECEIPT = TOPICS.down(UAI, "receipt")


@dataclass
class Centre:
    """Stores what it is sent and confirms it; may be restored from what it was."""

    epoch: int = 1
    commit: int = 0
    stored: dict[tuple[str, int], Record] = field(default_factory=dict)
    hellos: list[Hello] = field(default_factory=list)
    nows: list[Now] = field(default_factory=list)
    presences: list[Presence] = field(default_factory=list)
    batches: list[list[int]] = field(default_factory=list)
    deaf: bool = False
    time: Callable[[], int] = lambda: 0
    _nonce: str | None = None

    def handle(self, topic: str, payload: bytes) -> bytes | None:
        match topic.rpartition("/")[2]:
            case "now":
                self.nows.append(decode_now(payload))
            case "presence":
                self.presences.append(decode_presence(payload))
            case "hello" if not self.deaf:
                return self._greet(decode_hello(payload))
            case "bulletin" if not self.deaf:
                return self._take(payload)
        return None

    def restart(self) -> None:
        self._nonce = None

    def restore(self, backup: "Centre", *, announced: bool) -> None:
        """Become what a backup was; an operator who does it properly raises the epoch."""
        self.stored, self.commit = dict(backup.stored), backup.commit
        self.epoch = max(self.epoch, backup.epoch) + 1 if announced else backup.epoch
        self.restart()

    def backup(self) -> "Centre":
        return Centre(self.epoch, self.commit, dict(self.stored))

    def receipt(self, nonce: str, runs: Sequence[str], sent: int = 0) -> Receipt:
        marks = {run: self._mark(run) for run in runs}
        return Receipt(self.epoch, self.commit, nonce, marks, self.time(), sent)

    def _greet(self, hello: Hello) -> bytes:
        self.hellos.append(hello)
        if (hello.epoch, hello.commit) > (self.epoch, self.commit):
            self.epoch = max(self.epoch, hello.epoch) + 1
        self._nonce = hello.nonce
        self.commit += 1
        return encode_receipt(self.receipt(hello.nonce, list(hello.runs), hello.clock), KEY)

    def _take(self, payload: bytes) -> bytes | None:
        sent, records = decode(payload)
        self.batches.append([record.key.seq for record in records if record.key])
        runs: dict[str, None] = {}
        for record in records:
            assert not isinstance(record, Refused), record
            key = (record.key.run, record.key.seq)
            assert self.stored.setdefault(key, record) == record, "a written record changed"
            runs[record.key.run] = None
        self.commit += 1
        if self._nonce is None:
            return None
        return encode_receipt(self.receipt(self._nonce, list(runs), sent), KEY)

    def settled(self, run: str) -> IntervalSet:
        """Return the numbers of a run that are stored, replaced by what is stored, or declared."""
        return IntervalSet.of(self._settled(run))

    def _settled(self, run: str) -> Iterator[tuple[int, int]]:
        for (of, seq), record in self.stored.items():
            if of == run:
                yield seq, seq + 1
            if of == run and isinstance(record, Bulletin):
                yield from ((first, last + 1) for first, last in record.replaces)
            if isinstance(record, Gap) and record.run == run:
                yield from ((first, last + 1) for first, last in record.lost)

    def _mark(self, run: str) -> Mark:
        spans = [(first, after - 1) for first, after in self.settled(run)]
        if spans and spans[0][0] == 1:
            return Mark(spans[0][1], tuple(spans[1:]))
        return Mark(0, tuple(spans))


@dataclass
class Weather:
    """How likely each misfortune is, for each message."""

    lose: float = 0.0
    repeat: float = 0.0
    shuffle: float = 0.0
    cut: float = 0.0


@dataclass
class FakeBroker:
    """Between agents and a centre; acknowledges what it then loses, as real ones do."""

    centre: Centre
    chance: Random = field(default_factory=lambda: Random(0))
    weather: Weather = field(default_factory=Weather)
    away: bool = False
    connections: int = 0
    wills: list[Will] = field(default_factory=list)
    filter: Callable[[bytes], bytes | None] = lambda payload: payload
    stuck: bool = False
    session: "FakeSession | None" = None

    @asynccontextmanager
    async def connect(
        self, will: Will, subscriptions: Sequence[str]
    ) -> AsyncIterator["FakeSession"]:
        if self.away:
            raise ConnectionError("broker.example:8883: refused")
        assert list(subscriptions) == [TOPICS.all_down(UAI)]
        self.connections += 1
        self.wills.append(will)
        self.session = FakeSession(self)
        try:
            yield self.session
        finally:
            self.session.cut()


class FakeSession:
    def __init__(self, broker: FakeBroker) -> None:
        self._broker = broker
        self._down: asyncio.Queue[tuple[str, bytes] | None] = asyncio.Queue()
        self._up: list[tuple[str, bytes]] = []
        self.closed = False

    def cut(self) -> None:
        self.closed = True
        self._down.put_nowait(None)

    def tell(self, topic: str, payload: bytes) -> None:
        self._down.put_nowait((topic, payload))

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> None:
        broker, dice = self._broker, self._broker.chance.random
        assert len(payload) <= 65_536
        assert retain == topic.endswith("/presence")
        if self.closed or dice() < broker.weather.cut:
            self.cut()
            raise ConnectionError("cut")
        if broker.stuck and qos:
            await asyncio.Future()
        if dice() < broker.weather.lose:
            return
        self._up.append((topic, payload))
        if dice() < broker.weather.repeat:
            self._up.append((topic, payload))
        if dice() >= broker.weather.shuffle:
            broker.chance.shuffle(self._up)
            self._deliver()

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        while (message := await self._down.get()) is not None:
            yield message
        raise ConnectionError("cut")

    def _deliver(self) -> None:
        waiting, self._up = self._up, []
        for topic, payload in waiting:
            answer = self._broker.centre.handle(topic, payload)
            answer = self._broker.filter(answer) if answer is not None else None
            lost = self._broker.chance.random() < self._broker.weather.lose
            if answer is not None and not lost:
                self.tell(RECEIPT, answer)


class FakePresent:
    """The present of a site whose states change when told."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._news = asyncio.Event()
        self.gauges: dict[str, dict[str, float]] = {}

    def now(self) -> Now:
        spool = self._spool
        head = spool.next_seq() - 1
        return Now(spool.run, spool.began, head, spool.began, "digest", (), self.gauges)

    def change(self) -> None:
        self._news.set()

    async def changed(self) -> None:
        await self._news.wait()
        self._news.clear()
