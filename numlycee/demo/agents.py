"""The agents of the simulated Region: the ordinary one, in every lycée, whatever it observes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from numlycee.clock import Clock
from numlycee.wire.receipts import site_key
from numlycee_agent.ports import Watched
from numlycee_agent.spool.spool import Spool
from numlycee_agent.telling.access import Access, Version
from numlycee_agent.telling.conversation import Identity
from numlycee_agent.telling.mqtt import MqttBroker
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.vitals import of_spool
from numlycee_agent.watching.site import SiteAgent

LAST_WORDS = 5.0


@dataclass(frozen=True, slots=True)
class Agent:
    """One site's agent: what observes, what is kept, what is told."""

    site: SiteAgent
    spool: Spool
    publisher: Publisher


def make_agent(
    uai: str, watched: Sequence[Watched], spool: Path, port: int, master: bytes, clock: Clock
) -> Agent:
    """Return the agent of one site, which reaches the broker on a port of loopback."""
    kept = Spool(spool, clock)
    site = SiteAgent(watched, kept, clock, renew=kept.renew, vitals=of_spool(kept))
    publisher = Publisher(
        MqttBroker(Access("127.0.0.1", port, uai, version=Version.V311)),
        kept,
        site,
        Identity(uai, site_key(master, uai)),
        clock,
        chance=Random(uai),  # noqa: S311 (spreads retries, hides nothing)
    )
    return Agent(site, kept, publisher)


@asynccontextmanager
async def at_work(agents: Sequence[Agent]) -> AsyncIterator[None]:
    """Let the agents work while the context lasts, then say their last words and stop."""
    async with asyncio.TaskGroup() as group:
        telling = [group.create_task(agent.publisher.run()) for agent in agents]
        observing = [group.create_task(agent.site.run()) for agent in agents]
        try:
            yield
        finally:
            await _stop(observing)
            await asyncio.gather(*(agent.publisher.drain(LAST_WORDS) for agent in agents))
            await _stop(telling)
            for agent in agents:
                agent.spool.close()


async def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
