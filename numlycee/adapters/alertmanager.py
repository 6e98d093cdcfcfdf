"""Alertmanager, API v2: outages are told at once, again while they last, and when they end."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

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

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/api/v2/alerts"
        self._shown = without_password(self._url)

    async def post(self, alerts: Sequence[Alert], now: int) -> None:
        """Deliver alerts; raises `AlertSinkError` when it does not take them."""
        body = [_spelt(alert, now) for alert in alerts]
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as session,
                session.post(self._url, json=body) as answer,
            ):
                if answer.status != OK:
                    reason = (await answer.text())[:200]
                    raise AlertSinkError(f"{self._shown}: answers {answer.status}: {reason}")
        except (aiohttp.ClientError, OSError) as error:
            raise AlertSinkError(f"{self._shown}: {str(error) or type(error).__name__}") from error


class Line:
    """What one Alertmanager was told; `tell` is called every second, and waits after a failure.

    While it is not `open`, another collector tells it.
    """

    def __init__(self, name: str, sink: AlertSink, clock: Clock) -> None:
        self.name = name
        self.calls = Calls()
        self._sink = sink
        self._clock = clock
        self.open = True
        self._wait = 1.0
        self._not_before = 0.0

    async def tell(self) -> None:
        """Deliver what is due, again while it lasts; a failure doubles the wait, up to 30 s."""
        now = self._clock.now()
        open_now = self.open and self._clock.monotonic() >= self._not_before
        due = self.calls.due(now) if open_now else []
        if not due:
            return
        try:
            await self._sink.post(due, now)
        except AlertSinkError as error:
            log.warning("alerts not delivered, trying again in %.0f s: %s", self._wait, error)
            self._not_before = self._clock.monotonic() + self._wait
            self._wait = min(2 * self._wait, LONGEST_WAIT)
        else:
            self.calls.delivered(due, now)
            self._wait = 1.0


class Alertmanager:
    """Keeps several Alertmanagers told, each on its own line; one that is away delays nobody."""

    def __init__(self, urls: Sequence[str], writer: Writer, clock: Clock) -> None:
        self.lines = tuple(Line(without_password(url), AlertmanagerApi(url), clock) for url in urls)
        self._writer = writer

    def step(self, snapshot: OutagesSnapshot, *, leading: bool = True) -> None:
        """Take in the outages of the present; what follows is told by the lines of who leads."""
        alerts = tuple(self._writer.alerts(snapshot))
        for line in self.lines:
            take = line.calls.want if leading else line.calls.follow
            take(alerts, snapshot.at)
            line.open = leading


def without_password(url: str) -> str:
    """Return an address fit for a log line."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


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
