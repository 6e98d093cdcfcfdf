"""An MQTT 3.1.1 broker inside the process (amqtt), for the demonstration only.

It keeps nothing for an absent subscriber; the receipts of the protocol make that harmless.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig

_LOGGERS = ("amqtt", "transitions")


@asynccontextmanager
async def embedded_broker(host: str, port: int) -> AsyncIterator[None]:
    """Serve MQTT on ``host:port`` to anybody while the context lasts; loopback is advised."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    listener = ListenerConfig(type="tcp", bind=f"{host}:{port}", max_connections=-1)
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    broker = Broker(BrokerConfig(listeners={"default": listener}, plugins=plugins))
    await broker.start()
    try:
        yield
    finally:
        await broker.shutdown()
