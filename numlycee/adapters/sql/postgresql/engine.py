"""SQLAlchemy upon asyncpg, for the few things that make or change tables."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from numlycee.adapters.sql.dialect import StoreError
from numlycee.adapters.sql.postgresql.database import FAILURES
from numlycee.adapters.sql.postgresql.link import connected

T = TypeVar("T")


def within(address: URL, work: Callable[[Connection], T]) -> T:
    """Do work in one transaction; raises `StoreError` for what the server refuses."""
    try:
        return asyncio.run(_within(address, work))
    except DBAPIError as error:
        raise StoreError(f"{address.render_as_string()}: {_reason(error.orig)}") from error
    except FAILURES as error:
        raise StoreError(f"{address.render_as_string()}: {_reason(error)}") from error


async def _within(address: URL, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=partial(connected, address), poolclass=NullPool
    )
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def _reason(error: BaseException | None) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
