"""The window-function SQL that an Icinga-like product runs over its history of state changes.

It counts `down` by the clock: no calendar, no bounds, no roll-up, no outage. One text, which both
PostgreSQL and SQLite read; the index lets either walk the changes in order without sorting.
"""

from tests.benchmarks.peers.past import DOWN

TABLE = "CREATE TABLE event (resource INTEGER NOT NULL, at BIGINT NOT NULL, state SMALLINT NOT NULL"
"""The changes: who, when, and the state from then on. It wants its end."""

SHARES = f"""
SELECT resource,
       1.0 - CAST(COALESCE(SUM(until - CASE WHEN at < :start THEN :start ELSE at END)
                           FILTER (WHERE state = {DOWN} AND until > :start), 0)
                  AS DOUBLE PRECISION) / (:until - :start)
FROM (SELECT resource, state, at,
             LEAD(at, 1, CAST(:until AS BIGINT)) OVER (PARTITION BY resource ORDER BY at) AS until
      FROM event
      WHERE at < :until) AS told
GROUP BY resource
"""
