"""The agent's MQTT session, over aiomqtt; the only module that knows the library and its traps."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from numlycee_agent.ports import Will
from numlycee_agent.telling.access import Access, Version
from numlycee_agent.telling.later import left_for_later

with left_for_later("urllib.request"):  # paho's, for proxies: 2.4 MiB with HTTP and mail
    import aiomqtt

KEEPALIVE = 15
TIMEOUT = 10.0
FIRST_TIMEOUT = 4.0
"""A broker of 3.1.1 may meet version 5 with silence: it is not waited for as long."""
_MOST_WAITING = 100
_client_log = logging.getLogger(f"{__name__}.client")
_client_log.setLevel(logging.ERROR)  # a receipt that found no place is said again by the next
_REFUSED = 0x80
_V5, _V311 = aiomqtt.ProtocolVersion.V5, aiomqtt.ProtocolVersion.V311
_CLEAN: dict[aiomqtt.ProtocolVersion, dict[str, Any]] = {
    _V5: {"clean_start": True},
    _V311: {"clean_session": True},
}


_ORDER = {Version.AUTO: [_V5, _V311], Version.V5: [_V5], Version.V311: [_V311]}


class MqttSession:
    """One open connection; implements `Session`."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._refusal = ""
        client._client.on_publish = self._on_publish  # noqa: SLF001 (aiomqtt drops the reason)

    async def publish(self, topic: str, payload: bytes, *, qos: int, retain: bool = False) -> None:
        """Publish; returns once the broker has taken it (QoS 1). Raises `ConnectionError`."""
        try:
            with _heeding_cancellation():
                await self._client.publish(topic, payload, qos, retain)
        except aiomqtt.MqttError as error:
            raise ConnectionError(str(error)) from error
        if self._refusal:
            raise ConnectionError(f"{topic}: the broker refuses it: {self._refusal}")

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Yield (topic, payload) as they come; raises `ConnectionError` when the session ends."""
        try:
            async for message in self._client.messages:
                payload = message.payload
                if isinstance(payload, bytes):
                    yield str(message.topic), payload
        except aiomqtt.MqttError as error:
            raise ConnectionError(str(error.__cause__ or error)) from error

    def _on_publish(
        self, client: Any, userdata: Any, mid: int, reason: Any, properties: Any
    ) -> None:
        """Heed the reason of an MQTT 5 PUBACK: a refusal is no success."""
        if reason.value >= _REFUSED:
            self._refusal = str(reason)
        self._client._on_publish(client, userdata, mid, reason, properties)  # noqa: SLF001


class MqttBroker:
    """Connects as `client_id`, always with a clean session: what matters is in the spool.

    MQTT 5 first, whose reason codes make refusals visible, then 3.1.1, and whichever worked last.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._versions = list(_ORDER[access.version])

    @asynccontextmanager
    async def connect(self, will: Will, subscriptions: Sequence[str]) -> AsyncIterator[MqttSession]:
        """Open one session; raises `ConnectionError` when the broker is away or refuses."""
        client = await self._open(will)
        try:
            await _subscribe(client, subscriptions)
            yield MqttSession(client)
        finally:
            await _leave(client)

    async def _open(self, will: Will) -> aiomqtt.Client:
        fault: Exception | None = None
        for version in list(self._versions):
            client = self._client(will, version)
            try:
                with _heeding_cancellation():
                    await client.__aenter__()
            except (aiomqtt.MqttError, OSError, ValueError) as error:
                _abandon(client)
                fault = error
                if isinstance(error, aiomqtt.MqttCodeError) and not _is_about_version(error):
                    break
            except asyncio.CancelledError:
                _abandon(client)
                raise
            else:
                self._versions.remove(version)
                self._versions.insert(0, version)
                client.timeout = TIMEOUT
                return client
        where = f"{self._access.host}:{self._access.port}"
        raise ConnectionError(f"{where}: {fault}") from fault

    def _client(self, will: Will, version: aiomqtt.ProtocolVersion) -> aiomqtt.Client:
        access = self._access
        client = aiomqtt.Client(
            access.host,
            access.port,
            identifier=access.client_id,
            protocol=version,
            **_CLEAN[version],
            username=access.username,
            password=access.password,
            tls_context=access.tls.context() if access.tls else None,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True),
            keepalive=KEEPALIVE,
            timeout=TIMEOUT if version is self._versions[-1] else FIRST_TIMEOUT,
            max_queued_incoming_messages=_MOST_WAITING,  # receipts repeat what one lost said
            logger=_client_log,
        )
        client._client.on_disconnect = _hurry(client)  # noqa: SLF001
        return client


def _hurry(client: aiomqtt.Client) -> Any:
    """Return a callback by which a connection closed before its CONNACK fails at once."""

    def on_disconnect(*arguments: Any) -> None:
        connected = client._connected  # noqa: SLF001
        if not connected.done():
            connected.set_exception(aiomqtt.MqttError("the broker closed the connection"))
        client._on_disconnect(*arguments)  # noqa: SLF001

    return on_disconnect


def _is_about_version(error: aiomqtt.MqttCodeError) -> bool:
    return "protocol version" in str(error).lower()


async def _subscribe(client: aiomqtt.Client, filters: Sequence[str]) -> None:
    try:
        with _heeding_cancellation():
            granted: Sequence[Any] = await client.subscribe([(name, 1) for name in filters])
    except aiomqtt.MqttError as error:
        raise ConnectionError(f"cannot subscribe: {error}") from error
    for name, code in zip(filters, granted, strict=False):
        if getattr(code, "value", code) >= _REFUSED:
            raise ConnectionError(f"{name}: the broker refuses the subscription: {code}")


async def _leave(client: aiomqtt.Client) -> None:
    """Say goodbye if that is still possible, and leave nothing behind."""
    try:
        with suppress(aiomqtt.MqttError), _heeding_cancellation():
            await client.__aexit__(None, None, None)
    finally:
        _abandon(client)


@contextmanager
def _heeding_cancellation() -> Iterator[None]:
    """Raise what Python 3.11's `wait_for`, within aiomqtt, swallows: a cancellation on success.

    Only those made meanwhile count: a `TaskGroup` that failed leaves one behind it on its task.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    yield
    if task and task.cancelling() > before:
        raise asyncio.CancelledError


def _abandon(client: aiomqtt.Client) -> None:
    """Close a socket that aiomqtt would leave to the garbage collector, with its tasks."""
    inner = client._client  # noqa: SLF001
    inner.on_socket_open = None
    inner.on_socket_register_write = None
    inner._sock_close()  # noqa: SLF001
    for future in (client._connected, client._disconnected):  # noqa: SLF001
        if future.done() and not future.cancelled():
            future.exception()
