"""The quality of a link over its last probes: loss, latency, jitter, and when they are too high."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from numlycee.domain.causes import Cause
from numlycee.wire.messages import MOST_TARGETS

_SILENCES_OF_AN_OUTAGE = 3
_LEAVE = 0.8


@dataclass(frozen=True, slots=True)
class Limits:
    """What a healthy link stays under, judged over its last `probes` none older than `age` ms.

    Fewer than `samples` of a target are no ground for a judgement.
    """

    loss_ratio: float = 0.05
    latency_seconds: float = 0.150
    jitter_seconds: float = 0.050
    probes: int = 30
    age: int = 300_000
    samples: int = 10

    def __post_init__(self) -> None:
        """Refuse a loss that is not a ratio."""
        if not 0 < self.loss_ratio <= 1:
            message = f"loss_ratio is a share, above 0 and at most 1, not {self.loss_ratio:g}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Figures:
    """Loss as a ratio, latency (median round trip) and jitter in seconds; `None`: not measured."""

    loss: float | None = None
    latency: float | None = None
    jitter: float | None = None

    def gauges(self) -> dict[str, float]:
        """Return those that were measured, under their names in the closed catalogue."""
        named = {
            "packet_loss_ratio": self.loss,
            "rtt_seconds": self.latency,
            "jitter_seconds": self.jitter,
        }
        return {name: figure for name, figure in named.items() if figure is not None}


class LinkQuality:
    """Judges a link by the *best* of its outside targets, each figure apart.

    What the link does to packets it does to all of them; what one target alone suffers is its own.
    Jitter is the mean difference of consecutive round trips (RFC 3393). Silence of every target
    three times over is an outage, not loss: it empties the window. A limit once passed holds until
    the figure is a fifth below it.
    """

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._samples: dict[int, deque[tuple[int, float | None]]] = {}
        self._silences = 0
        self._held: set[Cause] = set()

    def note(self, at: int, rtts: Mapping[int, float | None]) -> None:
        """Take in one probe of several targets at `at`: round trip in seconds, `None` if lost."""
        self._silences = 0 if any(rtt is not None for rtt in rtts.values()) else self._silences + 1
        if self._silences >= _SILENCES_OF_AN_OUTAGE:
            self._samples.clear()
            self._held.clear()
            return
        for target, rtt in rtts.items():
            recent = self._samples.setdefault(target, deque(maxlen=self._limits.probes))
            recent.append((at, rtt))
        for samples in self._samples.values():
            while samples and samples[0][0] <= at - self._limits.age:
                samples.popleft()

    def figures(self) -> Figures:
        """Return the link's figures over the window."""
        series = [[rtt for _, rtt in samples] for samples in self._samples.values() if samples]
        answered = [[rtt for rtt in rtts if rtt is not None] for rtts in series]
        return Figures(
            loss=_best([rtts.count(None) / len(rtts) for rtts in series]),
            latency=_best([_median(rtts) for rtts in answered if rtts]),
            jitter=_best([_jitter(rtts) for rtts in answered if rtts[1:]]),
        )

    def gauges(self) -> dict[str, float]:
        """Return the link's figures, and the loss and latency of each of its first targets."""
        found = self.figures().gauges()
        for target, samples in self._samples.items():
            if samples and target < MOST_TARGETS:
                rtts = [rtt for _, rtt in samples]
                answered = [rtt for rtt in rtts if rtt is not None]
                found[f"target_{target + 1}_packet_loss_ratio"] = rtts.count(None) / len(rtts)
                if answered:
                    found[f"target_{target + 1}_rtt_seconds"] = _median(answered)
        return found

    def complaint(self) -> Cause | None:
        """Return what is wrong with the link, worst first; `None` also before enough samples."""
        if max(map(len, self._samples.values()), default=0) < self._limits.samples:
            return None
        figures, limits = self.figures(), self._limits
        self._held = {
            cause
            for cause, figure, limit in (
                (Cause.LOSS, figures.loss, limits.loss_ratio),
                (Cause.LATENCY, figures.latency, limits.latency_seconds),
                (Cause.JITTER, figures.jitter, limits.jitter_seconds),
            )
            if figure is not None and figure > limit * (_LEAVE if cause in self._held else 1)
        }
        return next((c for c in (Cause.LOSS, Cause.LATENCY, Cause.JITTER) if c in self._held), None)


def _best(figures: Sequence[float]) -> float | None:
    return min(figures, default=None)


def _median(figures: Sequence[float]) -> float:
    # The library's own takes decimals and fractions along: half a mebibyte.
    ordered, half = sorted(figures), len(figures) // 2
    return (ordered[half] + ordered[~half]) / 2


def _jitter(rtts: Sequence[float]) -> float:
    return fsum(abs(b - a) for a, b in pairwise(rtts)) / (len(rtts) - 1)
