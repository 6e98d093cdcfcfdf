"""Where bulletins come from: one MQTT broker, or the queue of a RabbitMQ."""

import ssl

from numlycee.adapters.mqtt import BrokerAddress, MqttCentre
from numlycee.clock import Clock
from numlycee.collector.ports import BulletinSource, Intake
from numlycee.config import Config, Mqtt, Tls, password
from numlycee.wire.topics import Topics


def source(config: Config, intake: Intake, clock: Clock, topics: Topics) -> BulletinSource:
    """Return what feeds an intake; raises `SettingsError` or `ValueError` for bad files."""
    if config.rabbitmq is None:
        return MqttCentre(_broker(config.mqtt), intake, clock, topics)
    from numlycee.adapters.rabbitmq import RabbitAddress, RabbitCentre  # noqa: PLC0415 (an extra)

    rabbitmq = config.rabbitmq
    address = RabbitAddress(
        host=rabbitmq.host,
        port=rabbitmq.port,
        vhost=rabbitmq.vhost,
        username=rabbitmq.username,
        password=password(rabbitmq),
        tls=_context(rabbitmq.tls) if rabbitmq.tls else None,
        queue=rabbitmq.queue,
        prefetch=rabbitmq.prefetch,
    )
    return RabbitCentre(address, intake, clock, topics)


def shares(config: Config) -> bool:
    """Tell whether other collectors may store what this one must show."""
    return config.rabbitmq is not None or bool(config.mqtt.shared)


def _broker(mqtt: Mqtt) -> BrokerAddress:
    tls = mqtt.tls
    return BrokerAddress(
        host=mqtt.host,
        port=mqtt.port,
        client_id=mqtt.client_id,
        username=mqtt.username,
        password=password(mqtt),
        authority=tls.ca if tls else None,
        certificate=tls.certificate if tls else None,
        key=tls.key if tls else None,
        version=mqtt.version or "",
        shared=mqtt.shared,
    )


def _context(files: Tls) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=files.ca)
        if files.certificate:
            context.load_cert_chain(files.certificate, files.key)
    except (OSError, ssl.SSLError) as error:
        named = ", ".join(str(f) for f in (files.ca, files.certificate, files.key) if f)
        raise ValueError(f"TLS files of RabbitMQ ({named}): {error}") from error
    return context
