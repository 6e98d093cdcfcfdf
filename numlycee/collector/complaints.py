"""What is said of bad input: one log line per site and minute, and a bounded quarantine."""

import logging
from collections.abc import Iterable
from itertools import groupby

from numlycee.collector.ports import Suspect, Suspects
from numlycee.domain.durations import DAY, MINUTE

_log = logging.getLogger(__name__)
FIRST_BYTES = 1024
LONGEST_REASON = 200
MOST_SUSPECTS = 800
"""Rows of quarantine per site and day: one megabyte of first bytes and reasons."""


class Complaints:
    """Logs at most one line per site and minute; the others are counted in the next."""

    def __init__(self) -> None:
        """Have said nothing yet."""
        self._said: dict[str, tuple[int, int]] = {}

    def say(self, site: str, reason: str, at: int) -> None:
        """Log what a site did wrong; `site` is one of a bounded set of names."""
        last, untold = self._said.get(site, (at - MINUTE, 0))
        if 0 <= at - last < MINUTE:
            self._said[site] = (last, untold + 1)
            return
        more = f" ({untold} more since the last such line)" if untold else ""
        _log.warning("%s: %s%s", site, printable(reason), more)
        self._said[site] = (at, 0)


def lock_away(suspects: Iterable[Suspect], quarantine: Suspects, at: int) -> None:
    """Put suspects into quarantine, one megabyte per site and day (UTC) at most."""
    today = at - at % DAY
    for uai, group in groupby(sorted(suspects, key=_site), key=_site):
        room = MOST_SUSPECTS - quarantine.quarantined(uai, today)
        for _, suspect in zip(range(room), group, strict=False):
            quarantine.quarantine(suspect)


def suspect(uai: str, at: int, reason: str, raw: bytes) -> Suspect:
    """Return what is kept of a payload: its first bytes and a reason fit to be shown."""
    return Suspect(uai, at, printable(reason), raw[:FIRST_BYTES])


def printable(text: str, longest: int = LONGEST_REASON) -> str:
    """Return a text fit for a log line or a receipt, whatever it holds."""
    return "".join(c if c.isprintable() else "?" for c in text[:longest]) or "?"


def _site(suspect: Suspect) -> str:
    return suspect.uai
