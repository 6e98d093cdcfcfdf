"""A real Alertmanager hears of an outage, keeps it once, and forgets it when it ends."""

import asyncio

from numlycee.adapters.alertmanager import Alertmanager
from numlycee.clock import SystemClock
from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.outages.alerts import Writer
from numlycee.outages.model import OutagesSnapshot
from numlycee.outages.watch import OutageWatch
from tests.external.servers import HOST
from tests.external.servers import Alertmanager as Server
from tests.outages.boards import SITES, UAIS, board, live

CLOCK = SystemClock()


async def until(server: Server, count: int, sender: Alertmanager) -> None:
    for _ in range(100):
        for line in sender.lines:
            await line.tell()
        if len(await asyncio.to_thread(server.alerts)) == count:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await asyncio.to_thread(server.alerts))


async def test_an_outage_fires_then_ends(alertmanager: Server) -> None:
    url = f"http://{HOST}:{alertmanager.port}"
    now = CLOCK.now()
    cut = (State.DOWN, Cause.TIMEOUT, now - 5000)
    open_outages = OutageWatch(SITES).step(board(now, [live(UAIS[0], link=cut)]))
    sender = Alertmanager([url], Writer("Europe/Paris", "http://127.0.0.1:8080"), CLOCK)
    sender.step(open_outages)
    await until(alertmanager, 1, sender)
    (alert,) = await asyncio.to_thread(alertmanager.alerts)
    assert alert["labels"]["alertname"] == "LienTHDCoupe"
    assert alert["annotations"]["summary"] == "Lien THD coupé : Lycée 0, Muret (31)"
    assert alert["generatorURL"].endswith(f"/lycees/{UAIS[0]}")
    sender.step(OutagesSnapshot(CLOCK.now(), (), 1, 1))
    await until(alertmanager, 0, sender)
