"""Alertmanager, API v2: outages are told at once, again while they last, and when they end."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import aiohttp

from numlycee.clock import Clock
from numlycee.outages.alerts import Writer
from numlycee.outages.calls import RESEND, Calls
from numlycee.outages.model import OutagesSnapshot
from numlycee.outages.ports import Alert, AlertSink, AlertSinkError

log = logging.getLogger(__name__)

LASTING = 4 * RESEND
"""Milliseconds for which Alertmanager keeps an alert that nobody repeats.

It is how an outage that closed while the collector was away comes to its end.
"""
TIMEOUT = aiohttp.ClientTimeout(total=10)
LONGEST_WAIT = 30.0
OK = 200


class AlertmanagerApi:
    """One Alertmanager."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{url.rstrip('/')}/api/v2/alerts"
        self._session = session

    async def post(self, alerts: Sequence[Alert], now: int) -> None:
        """Deliver alerts; raises `AlertSinkError` when it does not take them."""
        body = [_spelt(alert, now) for alert in alerts]
        try:
            async with self._session.post(self._url, json=body) as answer:
                if answer.status != OK:
                    reason = (await answer.text())[:200]
                    raise AlertSinkError(f"{self._url}: answers {answer.status}: {reason}")
        except (aiohttp.ClientError, OSError) as error:
            raise AlertSinkError(f"{self._url}: {str(error) or type(error).__name__}") from error


class Alertmanager:
    """Keeps several Alertmanagers told, each at its own pace; one that is away delays nobody."""

    def __init__(self, urls: Sequence[str], writer: Writer, clock: Clock) -> None:
        self._lines = {url: Calls() for url in urls}
        self._writer = writer
        self._clock = clock

    async def step(self, snapshot: OutagesSnapshot) -> None:
        """Take in the outages of the present; returns at once."""
        alerts = tuple(self._writer.alerts(snapshot))
        for calls in self._lines.values():
            calls.want(alerts, snapshot.at)

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, asyncio.TaskGroup() as group:
            for url, calls in self._lines.items():
                group.create_task(keep_told(AlertmanagerApi(url, session), calls, self._clock))


async def keep_told(sink: AlertSink, calls: Calls, clock: Clock) -> None:
    """Tell one sink what is due, every second; wait ever longer while it does not answer."""
    wait = 1.0
    while True:
        now = clock.now()
        due = calls.due(now)
        try:
            if due:
                await sink.post(due, now)
                calls.delivered(due, now)
            wait = 1.0
        except AlertSinkError as error:
            log.warning("alerts not delivered, trying again in %.0f s: %s", wait, error)
            await clock.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        else:
            await clock.sleep(1.0)


def _spelt(alert: Alert, now: int) -> dict[str, object]:
    ends = alert.ends if alert.ends is not None else now + LASTING
    page = {"generatorURL": alert.page} if alert.page else {}
    return {
        "labels": dict(alert.labels),
        "annotations": {"summary": alert.summary, "description": alert.description},
        "startsAt": _instant(min(alert.starts, now, ends)),
        "endsAt": _instant(ends),
        **page,
    }


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
