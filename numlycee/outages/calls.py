"""What one alert sink must be told, and when: at once, again while it lasts, and when it ends."""

from collections.abc import Iterable
from dataclasses import replace

from numlycee.domain.durations import MINUTE
from numlycee.outages.ports import Alert

RESEND = MINUTE
"""Milliseconds after which a lasting alert is told again."""

LONG_AGO = 0
"""When another told it, for all we know: it is told again before it is left at that."""
FOLLOWED = 2 * MINUTE
"""Milliseconds for which an end is remembered that another should have told."""

Identity = tuple[tuple[str, str], ...]


class Calls:
    """The alerts of one sink: what is wanted now, and what the sink has been told so far."""

    def __init__(self) -> None:
        self._wanted: dict[Identity, Alert] = {}
        self._told: dict[Identity, int] = {}
        self._ending: dict[Identity, Alert] = {}

    def want(self, alerts: Iterable[Alert], now: int) -> None:
        """Take in the alerts that last at an instant; the others end then."""
        wanted = {alert.identity: alert for alert in alerts}
        for identity, alert in self._wanted.items():
            if identity not in wanted and identity in self._told:
                self._ending[identity] = replace(alert, ends=now)
        self._wanted = wanted
        self._ending = {i: alert for i, alert in self._ending.items() if i not in wanted}
        self._told = {i: at for i, at in self._told.items() if i in wanted}

    def follow(self, alerts: Iterable[Alert], now: int) -> None:
        """Take in the alerts while another collector tells them: to tell them all, if it must be.

        What ended lately is remembered as well: the other may have died before it told the end.
        """
        ended = [i for i, alert in self._ending.items() if now - (alert.ends or now) > FOLLOWED]
        self.want(alerts, now)
        self._told = dict.fromkeys(self._wanted, LONG_AGO)
        for identity in ended:
            self._ending.pop(identity, None)

    def due(self, now: int) -> list[Alert]:
        """Return what the sink must be told at an instant."""
        late = [
            alert
            for identity, alert in self._wanted.items()
            if identity not in self._told or now - self._told[identity] >= RESEND
        ]
        return [*late, *self._ending.values()]

    def delivered(self, alerts: Iterable[Alert], now: int) -> None:
        """Note that the sink took alerts; one that ended meanwhile is still to be told its end."""
        for alert in alerts:
            if alert.ends is None:
                self._note(alert, now)
            elif self._ending.get(alert.identity) == alert:
                del self._ending[alert.identity]

    def _note(self, alert: Alert, now: int) -> None:
        if alert.identity in self._wanted:
            self._told[alert.identity] = now
        else:
            self._ending[alert.identity] = replace(alert, ends=now)
