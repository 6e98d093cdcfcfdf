"""What the report asks of the past: the figures themselves and what they rest on."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from numlycee.rates.model import Hours, Life, ResourceOutage, SharedOutage, Table, Window


class Past(Protocol):
    """The resolved past, read once."""

    def table(self, window: Window, hours: Hours) -> Table:
        """Return the figures of every scope and class."""
        ...

    def lives(self) -> Iterable[Life]:
        """Return every resource with its timeline, shared services included."""
        ...

    def outages(self, window: Window, hours: Hours = Hours.SERVICE) -> Sequence[ResourceOutage]:
        """Return the outages of sites' resources that belong to a window, oldest first."""
        ...

    def shared_outages(
        self, window: Window, hours: Hours = Hours.SERVICE
    ) -> Sequence[SharedOutage]:
        """Return the outages of shared services that belong to a window, oldest first."""
        ...
