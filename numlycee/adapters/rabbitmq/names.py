"""How the wire is spelt in AMQP: routing keys, and two queues, both bounded."""

from collections.abc import Iterator, Mapping

from numlycee.wire.topics import Topics

EXCHANGE = "amq.topic"
"""Where RabbitMQ's MQTT plugin publishes, and from where it serves its subscribers."""

SHARED = ("bulletin", "hello")
"""What one collector takes in for all, from the queue that they share."""

LIVE = ("now", "presence")
"""What every collector hears, each from a queue of its own."""

MEBIBYTE = 1024 * 1024

SHARED_BOUNDS: Mapping[str, str | int] = {
    "x-queue-type": "quorum",
    "x-max-length": 1_000_000,
    "x-max-length-bytes": 1024 * MEBIBYTE,
    "x-overflow": "drop-head",
    "x-delivery-limit": 20,
}
"""The oldest goes first: its agent has offered it again since, and under a newer handshake.

A message that brings twenty collectors down, each before its acknowledgement, is dropped as well.
"""

LIVE_BOUNDS: Mapping[str, str | int] = {
    "x-max-length": 20_000,
    "x-max-length-bytes": 64 * MEBIBYTE,
    "x-overflow": "drop-head",
}


def key_of(topic: str) -> str:
    """Return the routing key that the MQTT plugin makes of a topic."""
    return topic.replace("/", ".")


def topic_of(key: str) -> str:
    """Return the topic of a routing key; those of the wire bear no dot."""
    return key.replace(".", "/")


def bindings(topics: Topics, leaves: tuple[str, ...]) -> Iterator[str]:
    """Yield the binding keys of what any site publishes under some leaves."""
    for leaf in leaves:
        yield key_of(topics.up("*", leaf))
