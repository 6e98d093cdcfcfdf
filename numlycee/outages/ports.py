"""What the outages ask of whoever calls people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Alert:
    """One call for help; its labels are what it is, the rest is what is said of it.

    `ends` is when it ended, None while it lasts. Instants are milliseconds.
    """

    labels: Mapping[str, str]
    summary: str
    description: str
    starts: int
    ends: int | None = None
    page: str = ""

    @property
    def identity(self) -> tuple[tuple[str, str], ...]:
        """Return what makes two alerts the same."""
        return tuple(sorted(self.labels.items()))


class AlertSinkError(Exception):
    """Alerts could not be delivered now; the message says to whom and why."""


class AlertSink(Protocol):
    """Somebody who takes alerts and forgets those that are not repeated in time."""

    async def post(self, alerts: Sequence[Alert], now: int) -> None:
        """Deliver alerts at an instant; raises `AlertSinkError` when that fails."""
        ...
