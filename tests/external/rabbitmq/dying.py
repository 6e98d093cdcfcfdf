"""A collector behind RabbitMQ that is killed once it has committed, before it acknowledges."""

import asyncio
import os
import signal
import ssl
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from numlycee.adapters.rabbitmq import RabbitAddress, RabbitCentre
from numlycee.adapters.sql import open_store
from numlycee.clock import SystemClock
from numlycee.collector.ports import Intake
from tests.collector.centre import TOPICS, Centre, HandClock
from tests.external.servers import HOST


@dataclass
class Dying:
    """An intake after whose first commit nothing more is done."""

    intake: Intake

    def handle(self, batch: Sequence[tuple[str, bytes]]) -> Sequence[tuple[str, bytes]]:
        self.intake.handle(batch)
        os.kill(os.getpid(), signal.SIGKILL)
        return []


async def serve(pki: Path, port: int, queue: str, store: str) -> None:
    tls = ssl.create_default_context(cafile=pki / "ca.pem")
    tls.load_cert_chain(pki / "collector.pem", pki / "collector.key")
    dying = Dying(Centre(open_store(f"sqlite:///{store}", HandClock())).ingest)
    address = RabbitAddress(HOST, port, tls=tls, queue=queue)
    centre = RabbitCentre(address, dying, SystemClock(), TOPICS)
    async with asyncio.TaskGroup() as group:
        group.create_task(centre.run())
        while not centre.connected:
            await asyncio.sleep(0.01)
        sys.stdout.write("connected\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
