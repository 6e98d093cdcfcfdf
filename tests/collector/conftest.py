from collections.abc import Iterator
from pathlib import Path

import pytest

from numlycee.adapters.sql import SqlStore
from tests.collector.centre import STORES, AnyStore, Centre, HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, clock: HandClock, tmp_path: Path) -> Iterator[AnyStore]:
    opened = STORES[request.param](clock, tmp_path)
    yield opened
    if isinstance(opened, SqlStore):
        opened.close()


@pytest.fixture
def centre(store: AnyStore, clock: HandClock) -> Centre:
    return Centre(store, clock)
