"""Which collector is in charge: the one whose session holds a lock of the database.

The server lets go of the lock when the session ends, within six seconds if its machine vanishes;
who holds it asks every second, and steps back before that when it has no answer. Who has just come
lets others go first, for they know which outages have been told.
"""

import logging
from typing import Any, NoReturn

from sqlalchemy.engine import URL

from numlycee.adapters.sql.postgresql.database import CONTEND, FAILURES, LEAD
from numlycee.adapters.sql.postgresql.link import connected
from numlycee.clock import Clock

_log = logging.getLogger(__name__)
RHYTHM = 1.0
PATIENCE = 3.0
"""Seconds without an answer after which another may be in charge already."""
NEWCOMER = 8.0
"""Seconds: most agents have told their present in them."""
_COME = f"SELECT pg_advisory_lock_shared({CONTEND})"
_OTHERS = f"""
SELECT count(*) > 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE locktype = 'advisory' AND datname = current_database() AND (classid, objid) = ({CONTEND})
"""  # noqa: S608 (our own numbers)
_TRY = f"SELECT pg_try_advisory_lock({LEAD})"


class Contender:
    """Contends for the lock of one database."""

    def __init__(self, address: URL, clock: Clock) -> None:
        """Have nothing yet."""
        self._address = address
        self._clock = clock
        self._leading = False
        self._known_at = clock.monotonic() + NEWCOMER

    @property
    def leading(self) -> bool:
        """Tell whether this collector is in charge."""
        return self._leading

    async def run(self) -> NoReturn:
        """Contend until cancelled."""
        while True:
            try:
                await self._contend(await connected(self._address))
            except FAILURES as error:
                _log.warning("%s: %s", self._address.render_as_string(), error)
            finally:
                self._step_back()
            await self._clock.sleep(RHYTHM)

    async def _contend(self, connection: Any) -> NoReturn:
        try:
            await connection.execute(_COME, timeout=PATIENCE)
            while await self._lets_others(connection) or not await self._gets(connection):
                await self._clock.sleep(RHYTHM)
            _log.info("in charge of figures and alerts")
            self._leading = True
            while True:
                await self._clock.sleep(RHYTHM)
                await connection.fetchval("SELECT 1", timeout=PATIENCE)
        finally:
            connection.terminate()

    async def _lets_others(self, connection: Any) -> bool:
        fresh = self._clock.monotonic() < self._known_at
        return fresh and bool(await connection.fetchval(_OTHERS, timeout=PATIENCE))

    async def _gets(self, connection: Any) -> bool:
        return bool(await connection.fetchval(_TRY, timeout=PATIENCE))

    def _step_back(self) -> None:
        if self._leading:
            _log.info("no longer in charge of figures and alerts")
        self._leading = False
