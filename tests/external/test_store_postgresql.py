"""PostgreSQL keeps the contract of every store, and what follows from it."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from numlycee.adapters.sql import open_store
from tests.adapters.test_store_contract import *  # noqa: F403 (every test of the contract)
from tests.collector.centre import AnyStore, HandClock
from tests.collector.centre import Centre as ACentre
from tests.collector.test_durable import *  # noqa: F403
from tests.collector.test_ledger import *  # noqa: F403
from tests.external.postgres import PostgreSql


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(name="store")  # in the place of the contract's own
def store_in_postgresql(postgresql: PostgreSql, clock: HandClock) -> Iterator[AnyStore]:
    with closing(open_store(postgresql.new_database(), clock)) as opened:
        yield opened


@pytest.fixture
def centre(store: AnyStore, clock: HandClock) -> ACentre:
    return ACentre(store, clock)
