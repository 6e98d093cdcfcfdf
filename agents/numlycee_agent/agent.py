"""One lycée's agent, whole: it watches, keeps and tells until it is asked to stop."""

import asyncio
import logging
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import closing
from random import SystemRandom

from numlycee.clock import Clock
from numlycee.wire.topics import Topics
from numlycee_agent import build, vitals
from numlycee_agent.config import Config
from numlycee_agent.credentials import read_secret, receipt_key
from numlycee_agent.discovery.roster import Roster
from numlycee_agent.service import Manager
from numlycee_agent.spool import dates
from numlycee_agent.spool.spool import Limits, Spool
from numlycee_agent.telling.access import Access
from numlycee_agent.telling.conversation import Identity
from numlycee_agent.telling.mqtt import MqttBroker
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.timing.synchrony import Machine
from numlycee_agent.timing.timeline import TimeLine
from numlycee_agent.watching.site import SiteAgent

_log = logging.getLogger(__name__)

LAST_WORD = 3.0
"""Seconds that the last bulletin is given to be confirmed when the agent stops."""


async def run(config: Config, clock: Clock, stop: asyncio.Event, manager: Manager) -> None:
    """Run until `stop` is set.

    Raises `SettingsError` for what the configuration cannot mean, `OSError` without a spool.
    """
    identity = Identity(config.uai, receipt_key(config.receipt_key_file), Topics(config.mqtt.root))
    broker = MqttBroker(access(config))
    line = time_line(config, clock)
    with closing(build.Means(line)) as means:
        roster = Roster(config, means)
        with open_spool(config, line) as kept:
            told = [vitals.of_process, vitals.of_spool(kept)]
            mobile = build.mobile(config, means, lambda: line.dated)
            counted = build.counted(mobile)
            site = SiteAgent(
                roster.watched,
                counted(kept),
                line,
                bulletin_period=config.periods.bulletin,
                renew=lambda: counted(kept.renew()),
                check=line.check,
                vitals=vitals.together(told),
            )
            publisher = Publisher(broker, kept, site, identity, line, chance=SystemRandom())
            count = len(roster.watched)
            _log.info("%s: %d resources watched, run %s", config.uai, count, kept.run)
            beside = [manager.feed(clock), *(chore() for chore in means.chores)]
            if reception := build.reception(roster.config, site.wake, line, roster.dates.hear):
                told.append(reception.vitals)
                beside.append(reception.run())
            beside += found_out(roster, means, site)
            if mobile:
                beside.append(mobile.run())
            if page := build.local(config, mobile.counting if mobile else None, line):
                beside.append(page.run(site, kept, publisher))
            manager.tell("READY=1")
            await _live(site, publisher, beside, stop)
            manager.tell("STOPPING=1")


def found_out(
    roster: Roster, means: build.Means, site: SiteAgent
) -> Iterator[Coroutine[None, None, None]]:
    """Yield what is to run beside the observations so that the site is found out."""
    order = roster.config.discovery
    if order.learn and (means.clients or order.subnets):
        from numlycee_agent.discovery.patrol import Patrol  # noqa: PLC0415 (nothing to ask by SNMP)

        yield Patrol(roster, site.adopt, means.clock, order).run()
    if roster.catalogue:
        from numlycee_agent.discovery.sweeper import sweeper  # noqa: PLC0415 (off by default)

        yield sweeper(roster, roster.catalogue, means, site).run()


async def _live(
    site: SiteAgent,
    publisher: Publisher,
    others: Sequence[Coroutine[None, None, None]],
    stop: asyncio.Event,
) -> None:
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(work) for work in (publisher.run(), *others)]
        watching = group.create_task(site.run())
        await stop.wait()
        watching.cancel()
        await asyncio.wait([watching])
        await publisher.drain(LAST_WORD)
        for task in beside:
            task.cancel()


def access(config: Config) -> Access:
    """Return how the broker is reached; raises `SettingsError` for a password that is missing."""
    mqtt = config.mqtt
    file = mqtt.password_file
    password = read_secret(file, "mqtt.password_file") if file else None
    return Access(
        mqtt.host,
        mqtt.port,
        config.uai,
        tls=mqtt.tls,
        version=mqtt.version,
        username=mqtt.username,
        password=password,
    )


def limits(config: Config) -> Limits:
    """Return the limits of the spool, a sixty-fourth of it set apart for declaring gaps."""
    capacity = config.spool.mebibytes << 20
    return Limits(
        capacity=capacity,
        reserve=capacity >> 6,
        segment=max(4096, capacity >> 8),
        retention=config.spool.retention_days * 86_400_000,
    )


def time_line(config: Config, clock: Clock) -> TimeLine:
    """Return the line of time on which all is dated, as far as the spool knows this boot's."""
    signs, known = Machine(clock), dates.load(config.data / "spool" / dates.FILE)
    return TimeLine(clock, signs, known.anchor(signs.boot), known.latest)


def open_spool(config: Config, line: TimeLine) -> Spool:
    """Open the spool of a configuration; raises `OSError`."""
    return Spool(config.data / "spool", line, limits(config), line=line)
