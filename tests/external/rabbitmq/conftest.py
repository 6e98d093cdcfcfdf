"""One RabbitMQ for all tests, and for each a queue of its own."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from numlycee.adapters.rabbitmq import RabbitAddress
from tests.external.conftest import Certificates
from tests.external.rabbitmq.clients import context, delete
from tests.external.rabbitmq.node import RabbitMQ, rabbitmq
from tests.external.servers import HOST


@pytest.fixture(scope="session")
def node(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[RabbitMQ]:
    with rabbitmq(tmp_path_factory.mktemp("rabbitmq"), certificates) as node:
        yield node


@pytest.fixture
def address(node: RabbitMQ, certificates: Certificates) -> Iterator[RabbitAddress]:
    """The collector's way in, with a queue of the test's own."""
    tls = context(certificates, "collector")
    queue = f"numlycee-{uuid4().hex}"
    yield RabbitAddress(HOST, node.amqp, tls=tls, queue=queue)
    asyncio.run(delete(replace(RabbitAddress(HOST, node.amqp, tls=tls), queue=queue)))
