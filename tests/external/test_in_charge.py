"""One of those that contend is in charge, and another once it no longer is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.engine import make_url

from numlycee.adapters.sql.postgresql import leading
from numlycee.adapters.sql.postgresql.leading import Contender
from numlycee.clock import SystemClock
from tests.external.postgres import PostgreSql

END_OF_WHO_LEADS = """
SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND datname = current_database() AND objid = 2 AND granted
"""


class Hasty(SystemClock):
    """A clock by which nobody has only just come: an hour passes with every look at it."""

    def __init__(self) -> None:
        self._looks = 0

    def monotonic(self) -> float:
        self._looks += 1
        return super().monotonic() + 3600 * self._looks


@asynccontextmanager
async def contending(url: str, count: int) -> AsyncIterator[list[Contender]]:
    contenders = [Contender(make_url(url), Hasty()) for _ in range(count)]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one.run()) for one in contenders]
        yield contenders
        for task in running:
            task.cancel()


async def one_leads(contenders: list[Contender]) -> Contender:
    async with asyncio.timeout(30):
        while True:
            found = [one for one in contenders if one.leading]
            assert len(found) <= 1
            if found:
                return found[0]
            await asyncio.sleep(0.02)


async def ended(contender: Contender) -> None:
    async with asyncio.timeout(30):
        while contender.leading:
            await asyncio.sleep(0.02)


@pytest.fixture
def url(postgresql: PostgreSql) -> str:
    return postgresql.new_database()


async def test_a_session_that_ends_lets_another_be_in_charge(
    postgresql: PostgreSql, url: str
) -> None:
    async with contending(url, 3) as contenders:
        first = await one_leads(contenders)
        await asyncio.to_thread(postgresql.run, END_OF_WHO_LEADS, str(make_url(url).database))
        await ended(first)
        await one_leads(contenders)


async def test_without_its_server_nobody_is_in_charge(postgresql: PostgreSql) -> None:
    nowhere = make_url(postgresql.url()).set(port=1)
    async with contending(nowhere.render_as_string(), 2) as contenders:
        await asyncio.sleep(0.1)
        assert not any(one.leading for one in contenders)


def test_the_newcomer_waits_less_than_ten_seconds() -> None:
    assert leading.NEWCOMER + leading.RHYTHM < 10
