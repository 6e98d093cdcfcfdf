"""Successive looks at the board become outages that open, last and close."""

from collections.abc import Mapping
from dataclasses import replace

from numlycee.collector.model import BoardSnapshot
from numlycee.domain.register import SILENT, Register
from numlycee.domain.sites import Site
from numlycee.outages.assembly import vote
from numlycee.outages.model import MassSilence, OpenOutage, OutagesSnapshot, RegionalOutage
from numlycee.outages.sightings import Key, Sightings, look

SILENT_HOLD = 30_000
"""Milliseconds that a silence is held before it is told: a restart should not call anybody."""
FEWEST_SILENT = 3
"""Below three dark lycées a silence is never ascribed to the centre."""


class OutageWatch:
    """Opens a trouble once it was held, keeps it through blind stretches, closes it when well.

    `hold` and `silent_hold` are milliseconds from the first look that showed the trouble. While a
    site is dark its own outages are neither listed nor closed.
    """

    def __init__(
        self, sites: Mapping[str, Site], hold: int = 0, silent_hold: int = SILENT_HOLD
    ) -> None:
        self._sites = sites
        self._hold = hold
        self._silent_hold = silent_hold
        self._noticed: dict[Key, int] = {}
        self._open: dict[Key, OpenOutage] = {}
        self._regional: dict[str, RegionalOutage] = {}
        self._opened = self._closed = 0

    def step(self, board: BoardSnapshot, register: Register = SILENT) -> OutagesSnapshot:
        """Take in one look at the board, under what people state now; looks come in order."""
        seen = look(board, self._sites, register)
        self._close(seen)
        self._take(seen, board.at)
        self._regional = {one.service.id: self._same(one) for one in vote(board)}
        mass_silence = self._mass_silence(seen.known)
        return OutagesSnapshot(
            at=board.at,
            open=self._listed(call_for_dark=mass_silence is None),
            opened=self._opened,
            closed=self._closed,
            regional=tuple(self._regional.values()),
            mass_silence=mass_silence,
        )

    def _close(self, seen: Sightings) -> None:
        over = self._open.keys() - seen.troubles.keys() - seen.blind
        for key in over:
            del self._open[key]
        self._closed += len(over)

    def _take(self, seen: Sightings, at: int) -> None:
        self._noticed = {key: self._noticed.get(key, at) for key in seen.troubles}
        for key, trouble in seen.troubles.items():
            before = self._open.get(key)
            if before and before.state is trouble.state:
                self._open[key] = replace(trouble, since=before.since, earliest=before.earliest)
            elif before or at - self._noticed[key] >= self._held(key):
                self._opened += 1
                self._closed += before is not None
                self._open[key] = trouble

    def _held(self, key: Key) -> int:
        _, _, dark = key
        return self._silent_hold if dark else self._hold

    def _same(self, now: RegionalOutage) -> RegionalOutage:
        before = self._regional.get(now.service.id)
        same = before is not None and before.state is now.state
        return replace(now, since=before.since) if before and same else now

    def _mass_silence(self, known: int) -> MassSilence | None:
        dark = sorted(o.since for (_, _, dark), o in self._open.items() if dark)
        half = max((known + 1) // 2, FEWEST_SILENT)
        return MassSilence(len(dark), dark[half - 1]) if len(dark) >= half else None

    def _listed(self, *, call_for_dark: bool) -> tuple[OpenOutage, ...]:
        gone_dark = {uai for uai, _, dark in self._open if dark}
        listed = []
        for (uai, resource, dark), outage in self._open.items():
            called = call_for_dark if dark else resource not in self._regional
            if dark or uai not in gone_dark:
                listed.append(replace(outage, alerting=outage.alerting and called))
        return tuple(sorted(listed, key=lambda o: (o.since, o.site.uai, o.resource.id)))
