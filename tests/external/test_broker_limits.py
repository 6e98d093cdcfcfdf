"""The deployed broker ends the session of whoever sends too much at once, and acknowledges none."""

import aiomqtt
import pytest

from tests.external.conftest import SITES, Certificates
from tests.external.servers import Server
from tests.external.test_servers import TOPICS, client, received

MINE = SITES[0]
TOO_MUCH = b" " * (256 * 1024 + 1)


async def test_a_packet_beyond_the_limit_is_a_disconnection_not_an_acknowledgement(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    async with client(mosquitto_tls, certificates, "collector") as collector:
        await collector.subscribe(TOPICS.all_up(), qos=1)
        with pytest.raises(aiomqtt.MqttError):
            async with client(mosquitto_tls, certificates, MINE) as site:
                await site.publish(TOPICS.up(MINE, "bulletin"), TOO_MUCH, qos=1)
        assert await received(collector) == []
