"""The centre's composition root: the collector that runs, and the report that it can write."""

from numlycee.app.reporting import report
from numlycee.app.running import run

__all__ = ["report", "run"]
