"""What a scrape is answered: one consistent picture, and the process's own figures."""

from collections.abc import Iterable

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from numlycee.adapters.prometheus import rates
from numlycee.adapters.prometheus.catalogue import CATALOGUE, RATES, Metric
from numlycee.adapters.prometheus.families import SOURCES, Sample, gauges
from numlycee.adapters.prometheus.text import labels, sample
from numlycee.picture import Picture
from numlycee.rates.model import RatesSnapshot

_RATES = {metric.name for metric in RATES}


def process_registry() -> CollectorRegistry:
    """Return a registry of the process's memory, files, garbage collections and Python."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class Metrics:
    """Renders pictures in the text format 0.0.4, after what a registry holds of the process."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Keep the registry, in which others may have put metrics of their own."""
        self.registry = registry or process_registry()
        self.kept: tuple[RatesSnapshot | None, bytes] = (None, b"")

    def render(self, picture: Picture | None) -> bytes:
        """Return the exposition; before the first picture, of the process only."""
        own = generate_latest(self.registry)
        if picture is None:
            return own
        return b"".join((own, _spelt("".join(_small(picture))), self._rates(picture)))

    def _rates(self, picture: Picture) -> bytes:
        snapshot, body = self.kept
        if snapshot is not picture.rates:
            texts = rates.families(picture.rates, picture.promised)
            body = b"".join(map(_spelt, texts))
            self.kept = (picture.rates, body)
        return body


def _spelt(text: str) -> bytes:
    return text.encode(errors="replace")


def _small(picture: Picture) -> Iterable[str]:
    measured = gauges(picture)
    for metric in CATALOGUE:
        if metric.name in SOURCES:
            yield _family(metric, SOURCES[metric.name](picture))
        elif metric.name not in _RATES:
            yield _family(metric, measured.get(metric.name, ()))


def _family(metric: Metric, samples: Iterable[Sample]) -> str:
    lines = [sample(metric.name, labels(metric.labels, values), v) for values, v in samples]
    return metric.header + "".join(lines)
