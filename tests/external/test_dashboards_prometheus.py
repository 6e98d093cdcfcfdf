"""Every expression of every dashboard, before a real Prometheus and the real exposition."""

import asyncio
import json
import math
from collections.abc import Callable

from grafana.build import FOLDER
from numlycee.adapters.prometheus import Metrics
from numlycee.adapters.web import Web
from numlycee.picture import Picture
from tests.adapters.web.pictures import BAD_DAY, NOW, picture, sites
from tests.external.servers import HOST, Prometheus

EXPRESSIONS = [
    target["expr"].replace("$window", "30d")
    for path in sorted(FOLDER.glob("*.json"))
    for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]
    for target in panel["targets"]
]


class Standing:
    """A clock that stands still."""

    def now(self) -> int:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


def shown() -> Picture:
    """Forty lycées, two in trouble, one silent."""
    fleet = dict(list(sites().items())[:40])
    return picture({rank: BAD_DAY[rank] for rank in (3, 25)}, fleet=fleet, quiet=30)


async def test_every_expression_finds_figures(prometheus: Callable[..., Prometheus]) -> None:
    now = shown()
    async with Web(lambda: now, Standing(), metrics=Metrics().answer).listening(HOST, 0) as port:
        server = await asyncio.to_thread(prometheus, f"{HOST}:{port}")
        await asyncio.to_thread(server.query_until, "numlycee_build_info")
        for expression in EXPRESSIONS:
            result = await asyncio.to_thread(server.query, expression)
            assert result, expression
            values = [float(series["value"][1]) for series in result]
            assert not any(math.isnan(value) for value in values), expression
