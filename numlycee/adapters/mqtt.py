"""The centre's session with the broker: batches in, a commit, receipts out, and only then acks."""

import asyncio
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Self

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from numlycee.clock import Clock
from numlycee.collector.careful import carefully
from numlycee.collector.ports import Intake, StoreUnavailableError
from numlycee.wire.topics import Topics

_log = logging.getLogger(__name__)
MOST_BATCH = 500
MOST_HELD = 2_000
MOST_WAITING = 64 * 1024 * 1024
"""Bytes that may wait in memory: beyond, the session is begun anew and the broker sends again."""
SESSION_EXPIRY = 3_600
SLOWEST = 30.0
RETRY = 1.0
REFUSED = 0x80
"""Reason codes from here on are refusals (MQTT 5, section 2.4; SUBACK of 3.1.1)."""
VERSIONS = ("5", "3.1.1")


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is and who we are; `version` is "5", "3.1.1" or "" for what it speaks.

    Collectors of one `shared` group divide the records among themselves: each has a `client_id` of
    its own, and leaves nothing waiting at the broker when it goes, for others take it.
    TLS is used when `authority` (or `tls` with the system's authorities) is given.
    """

    host: str
    port: int = 8883
    client_id: str = "collector"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    version: str = ""
    shared: str = ""
    keepalive: int = 15

    def context(self) -> ssl.SSLContext | None:
        """Return the TLS context, None without TLS; raises `ValueError` naming a bad file."""
        if not (self.tls or self.authority):
            return None
        try:
            context = ssl.create_default_context(cafile=self.authority)
            if self.certificate:
                context.load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            files = ", ".join(str(f) for f in (self.authority, self.certificate, self.key) if f)
            raise ValueError(f"TLS files of the broker ({files}): {error}") from error
        return context


class MqttCentre:
    """Keeps one session alive for ever and feeds an intake from it."""

    def __init__(
        self, address: BrokerAddress, intake: Intake, clock: Clock, topics: Topics
    ) -> None:
        """Take everything by construction; raises `ValueError` for bad TLS files."""
        self._address = address
        self._context = address.context()
        self._intake = intake
        self._clock = clock
        self._topics = topics
        self._version = address.version
        self._connected = False

    @property
    def connected(self) -> bool:
        """Tell whether the session is open and subscribed."""
        return self._connected

    async def run(self) -> NoReturn:
        """Serve until cancelled, connecting again whenever the session ends."""
        pause, attempt = RETRY, 0
        while True:
            version = self._version or VERSIONS[attempt % 2]
            try:
                async with Session(self._address, self._context, version) as session:
                    for topics in self._filters():
                        await session.subscribe(topics)
                    self._version, self._connected, pause = version, True, RETRY
                    _log.info("connected to the broker, MQTT %s", version)
                    await self._serve(session)
            except (aiomqtt.MqttError, OSError) as error:
                _log.warning("%s:%d: %s", self._address.host, self._address.port, error)
            finally:
                self._connected = False
            await self._clock.sleep(pause)
            pause, attempt = min(2 * pause, SLOWEST), attempt + 1

    def _filters(self) -> tuple[str, ...]:
        """The present first: records are only taken by who can show what they change."""
        group = self._address.shared
        if not group:
            return (self._topics.all_up(),)
        return (*self._topics.for_all(), *self._topics.for_one(group))

    async def _serve(self, session: "Session") -> NoReturn:
        held: list[aiomqtt.Message] = []
        while True:
            batch = [*held, *(session.waiting() if held else await session.messages())]
            try:
                pairs = [(message.topic.value, message.payload) for message in batch]
                receipts = await asyncio.to_thread(carefully, self._intake, pairs)
            except StoreUnavailableError as error:
                _log.error("nothing is confirmed: %s", error)
                held = [message for message in batch if message.qos]
                if len(held) > MOST_HELD:
                    raise aiomqtt.MqttError("too much waits for the store") from error
                await self._clock.sleep(RETRY)
                session.check()
                continue
            held = []
            for topic, payload in receipts:
                await session.publish(topic, payload)
            session.acknowledge(batch)


class Waiting(asyncio.Queue[aiomqtt.Message]):
    """The messages that wait, bounded in bytes; what does not fit is dropped unacknowledged."""

    size = 0
    overflowed = False

    def put_nowait(self, item: aiomqtt.Message) -> None:
        """Let a message wait, or note that it was dropped."""
        if self.size + len(item.payload) > MOST_WAITING:
            self.overflowed = True
            return
        self.size += len(item.payload)
        super().put_nowait(item)

    def _get(self) -> aiomqtt.Message:
        message: aiomqtt.Message = super()._get()
        self.size -= len(message.payload)
        return message


class Session:
    """One connection, the only place that knows aiomqtt's private parts.

    aiomqtt acknowledges before the application has the message and offers no other way: paho's
    manual acknowledgement is set beneath it. Acknowledgements belong to their connection.
    """

    def __init__(
        self, address: BrokerAddress, context: ssl.SSLContext | None, version: str
    ) -> None:
        """Prepare a session, alone a lasting one: a short absence then costs no repetition."""
        five, alone = version == "5", not address.shared
        expiry = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        expiry.SessionExpiryInterval = SESSION_EXPIRY if alone else 0
        self._client = aiomqtt.Client(
            address.host,
            address.port,
            identifier=address.client_id,
            username=address.username,
            password=address.password,
            tls_context=context,
            protocol=aiomqtt.ProtocolVersion.V5 if five else aiomqtt.ProtocolVersion.V311,
            clean_session=None if five else not alone,
            clean_start=not alone if five else 3,
            properties=expiry if five else None,
            keepalive=address.keepalive,
            queue_type=Waiting,
        )
        self._paho = self._client._client  # noqa: SLF001
        self._paho.manual_ack_set(on=True)
        self._paho.on_disconnect = self._ended

    async def __aenter__(self) -> Self:
        """Connect."""
        await self._client.__aenter__()
        try:
            _heed_cancellation()
        except asyncio.CancelledError:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *error: object) -> None:
        """Disconnect; how the session ended has been told by then."""
        await self._client.__aexit__(None, None, None)
        ended = self._client._disconnected  # noqa: SLF001
        if ended.done() and not ended.cancelled():
            ended.exception()

    def _ended(self, *reason: Any) -> None:
        """Let a connection that ends before its CONNACK fail at once: aiomqtt would wait for it."""
        connected = self._client._connected  # noqa: SLF001
        if not connected.done():
            connected.set_exception(aiomqtt.MqttError("the broker closed the connection"))
        self._client._on_disconnect(*reason)  # noqa: SLF001

    async def subscribe(self, topics: str) -> None:
        """Subscribe at QoS 1; raises `MqttError` when the broker refuses."""
        codes = await self._client.subscribe(topics, qos=1)
        _heed_cancellation()
        if any((code if isinstance(code, int) else code.value) >= REFUSED for code in codes):
            raise aiomqtt.MqttError(f"the broker refuses the subscription to {topics}")

    async def messages(self) -> list[aiomqtt.Message]:
        """Return what waits, once something does; raises `MqttError` when the session ends."""
        first = await anext(self._client.messages)
        return [first, *self.waiting()]

    def waiting(self) -> list[aiomqtt.Message]:
        """Return what waits now, a bounded batch at most."""
        queue = self._client._queue  # noqa: SLF001
        return [queue.get_nowait() for _ in range(min(queue.qsize(), MOST_BATCH - 1))]

    async def publish(self, topic: str, payload: bytes) -> None:
        """Publish at QoS 0; raises `MqttError`."""
        await self._client.publish(topic, payload, qos=0)
        _heed_cancellation()

    def acknowledge(self, batch: Sequence[aiomqtt.Message]) -> None:
        """Acknowledge messages of this session; raises `MqttError` if some had to be dropped."""
        for message in batch:
            if message.qos:
                self._paho.ack(message.mid, message.qos)
        self.check()

    def check(self) -> None:
        """Raise `MqttError` when the session has ended, or must end to have messages again."""
        queue = self._client._queue  # noqa: SLF001
        if isinstance(queue, Waiting) and queue.overflowed:
            raise aiomqtt.MqttError("too much waited: the broker must send it again")
        if self._client._disconnected.done():  # noqa: SLF001
            raise aiomqtt.MqttError("disconnected")


def _heed_cancellation() -> None:
    """Python 3.11's `wait_for`, within aiomqtt, swallows a cancellation that meets its result."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
