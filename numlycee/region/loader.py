"""Sends a Region's past to the centre by the ordinary way: batches, receipts, and again."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from numlycee.clock import Clock
from numlycee.wire.errors import WireError
from numlycee.wire.messages import Hello, encode_hello
from numlycee.wire.reading import MAXIMUM_BYTES
from numlycee.wire.receipts import Mark, Receipt, decode_receipt
from numlycee.wire.records import BATCH_OVERHEAD, Record, batch, encode
from numlycee.wire.topics import Topics
from numlycee_agent.ports import Session

_LIMIT = MAXIMUM_BYTES // 2
_PATIENCE = 10.0
_IN_FLIGHT = 8


@dataclass(frozen=True, slots=True)
class Past:
    """The records of one site, oldest first, and how its receipts are authenticated."""

    uai: str
    records: tuple[Record, ...]
    key: bytes


class Loader:
    """Offers the past of sites over one session until the centre has confirmed all of it."""

    def __init__(self, session: Session, topics: Topics, clock: Clock) -> None:
        """Publish and listen on `session`, which must be subscribed to every receipt."""
        self._session = session
        self._topics = topics
        self._clock = clock
        self._open: dict[str, _Offer] = {}
        self._keys: dict[str, bytes] = {}

    async def load(self, pasts: Iterable[Past], progress: Callable[[int], None]) -> None:
        """Send every past; `progress` is told how many records were confirmed since last told."""
        waiting = iter(pasts)
        await self._begin(waiting, _IN_FLIGHT)
        async for topic, payload in self._session.messages():
            offer = self._heed(topic, payload)
            if offer is None:
                continue
            progress(offer.settled())
            if offer.done:
                del self._open[offer.past.uai]
                await self._begin(waiting, 1)
            else:
                await self._send(offer)
            if not self._open:
                return

    async def insist(self) -> None:
        """Offer again what no receipt answers, every ten seconds, for ever; run beside `load`."""
        while True:
            await self._clock.sleep(_PATIENCE)
            for offer in list(self._open.values()):
                if offer.stuck():
                    await self._greet(offer)

    async def _begin(self, waiting: Iterator[Past], count: int) -> None:
        for past in islice(waiting, count):
            self._open[past.uai] = offer = _Offer(past)
            await self._greet(offer)

    async def _greet(self, offer: "_Offer") -> None:
        offer.rewind()
        hello = offer.hello(self._clock.now())
        topic = self._topics.up(offer.past.uai, "hello")
        await self._session.publish(topic, encode_hello(hello), qos=1)

    async def _send(self, offer: "_Offer") -> None:
        topic = self._topics.up(offer.past.uai, "bulletin")
        for records in offer.next_batches():
            await self._session.publish(topic, batch(records, self._clock.now()), qos=1)

    def _heed(self, topic: str, payload: bytes) -> "_Offer | None":
        parsed = self._topics.parse(topic)
        offer = self._open.get(parsed[0]) if parsed else None
        if offer is None:
            return None
        try:
            receipt = decode_receipt(payload, offer.past.key)
        except WireError:
            return None
        return offer if offer.heed(receipt) else None


class _Offer:
    """How far one site's past has been confirmed."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self._nonce = ""
        self._marks: Mapping[str, Mark] = {}
        self._sent = 0
        self._told = 0
        self._moved = False

    @property
    def done(self) -> bool:
        return self._confirmed() == len(self.past.records)

    def hello(self, now: int) -> Hello:
        runs: dict[str, tuple[int, int]] = {}
        for record in self.past.records:
            first, _ = runs.get(record.key.run, (record.key.seq, 0))
            runs[record.key.run] = (first, record.key.seq)
        self._nonce = secrets.token_hex(8)
        newest = self.past.records[-1].key
        return Hello(self._nonce, newest.run, newest.began, runs, 0, 0, now, 0)

    def heed(self, receipt: Receipt) -> bool:
        if receipt.nonce != self._nonce:
            return False
        self._marks = {**self._marks, **receipt.runs}
        self._moved = True
        return True

    def next_batches(self) -> Iterator[list[bytes]]:
        """Yield the batches that follow what was sent, a few ahead of what is confirmed."""
        self._sent = max(self._sent, self._confirmed())
        ahead = 0
        while self._sent < len(self.past.records) and ahead < 2:
            records: list[bytes] = []
            size = BATCH_OVERHEAD
            for record in self.past.records[self._sent :]:
                raw = encode(record)
                size += len(raw) + 1
                if records and size > _LIMIT:
                    break
                records.append(raw)
            self._sent += len(records)
            ahead += 1
            yield records

    def rewind(self) -> None:
        self._sent = 0

    def stuck(self) -> bool:
        moved, self._moved = self._moved, False
        return not moved

    def settled(self) -> int:
        """Return how many records were confirmed since this was last asked."""
        confirmed = self._confirmed()
        fresh, self._told = confirmed - self._told, confirmed
        return max(0, fresh)

    def _confirmed(self) -> int:
        count = 0
        for record in self.past.records:
            if record.key.seq not in self._marks.get(record.key.run, Mark(0)):
                break
            count += 1
        return count
