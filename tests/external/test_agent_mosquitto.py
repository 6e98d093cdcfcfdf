"""The agent's MQTT sessions against Mosquitto as it is deployed."""

import asyncio
import gc

import pytest

from numlycee_agent.ports import Will
from numlycee_agent.telling.access import Access, Tls
from numlycee_agent.telling.mqtt import MqttBroker
from tests.external.conftest import SITES, Certificates
from tests.external.servers import HOST, Server

MINE, THEIRS = SITES[:2]
WILL = Will(f"numlycee/v1/{MINE}/up/presence", b"gone")
DOWN = [f"numlycee/v1/{MINE}/down/+"]


def broker(server: Server, certificates: Certificates, name: str = MINE) -> MqttBroker:
    tls = Tls(certificates.authority, *certificates.of(name))
    return MqttBroker(Access(HOST, server.port, name, tls))


async def test_speaks_mqtt_5_over_tls_with_its_certificate(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    async with asyncio.timeout(10):
        async with broker(mosquitto_tls, certificates).connect(WILL, DOWN) as session:
            await session.publish(f"numlycee/v1/{MINE}/up/hello", b"{}", qos=1)
            assert session._client._client._protocol == 5


async def test_a_refusal_of_the_broker_is_an_error_and_not_a_success(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    async with asyncio.timeout(10):
        async with broker(mosquitto_tls, certificates).connect(WILL, DOWN) as session:
            with pytest.raises(ConnectionError, match="the broker refuses it: Not authorized"):
                await session.publish(f"numlycee/v1/{THEIRS}/up/hello", b"{}", qos=1)


async def test_without_a_certificate_the_reason_is_told(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    stranger = MqttBroker(Access(HOST, mosquitto_tls.port, MINE, Tls(certificates.authority)))
    with pytest.raises(ConnectionError, match=f"{HOST}:{mosquitto_tls.port}"):
        async with asyncio.timeout(20), stranger.connect(WILL, DOWN):
            pass


# paho leaves the socket of a failed handshake to the garbage collector, which closes it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_an_authority_that_did_not_sign_the_broker_is_told(
    mosquitto_tls: Server, certificates: Certificates
) -> None:
    wrong = Tls(certificates.of(MINE)[0], *certificates.of(MINE))
    stranger = MqttBroker(Access(HOST, mosquitto_tls.port, MINE, wrong))
    with pytest.raises(ConnectionError, match="certificate verify failed") as told:
        async with asyncio.timeout(20), stranger.connect(WILL, DOWN):
            pass
    del told
    gc.collect()


async def test_messages_come_and_the_will_goes(mosquitto: Server) -> None:
    def plain(name: str) -> MqttBroker:
        return MqttBroker(Access(HOST, mosquitto.port, name))

    async with (
        asyncio.timeout(10),
        plain("centre").connect(Will("x/y", b""), ["numlycee/v1/+/up/+"]) as centre,
    ):
        heard = centre.messages()
        async with plain(MINE).connect(WILL, DOWN) as agent:
            await agent.publish(f"numlycee/v1/{MINE}/up/bulletin", b"b" * 65_536, qos=1)
            assert await anext(heard) == (f"numlycee/v1/{MINE}/up/bulletin", b"b" * 65_536)
            await centre.publish(f"numlycee/v1/{MINE}/down/receipt", b"r", qos=0)
            assert await anext(agent.messages()) == (f"numlycee/v1/{MINE}/down/receipt", b"r")
            agent._client._client._sock_close()
        assert await anext(heard) == (WILL.topic, WILL.payload)
