"""What a scrape is answered: one consistent picture, and the process's own figures."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from threading import Lock

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder

from numlycee.adapters.prometheus import rates
from numlycee.adapters.prometheus.catalogue import CATALOGUE, Metric
from numlycee.adapters.prometheus.families import SOURCES, Sample
from numlycee.adapters.prometheus.live import Kept, Live
from numlycee.adapters.prometheus.packing import Gzip
from numlycee.adapters.prometheus.text import labels, sample
from numlycee.picture import Picture
from numlycee.rates.model import RatesSnapshot

_END = b"# EOF\n"
_WORTH_KEEPING = 4096
"""Octets from which combining a checksum costs less than compressing again."""
_AT_ONCE = 1 << 17
_labels = lru_cache(1 << 16)(labels)


def process_registry() -> CollectorRegistry:
    """Return a registry of the process's memory, files, garbage collections and Python."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class Metrics:
    """Renders pictures in the text format 0.0.4 or OpenMetrics, after a registry of the process.

    Any thread may call it; scrapes that come together are answered one after the other.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Keep the registry, in which others may have put metrics of their own."""
        self.registry = registry or process_registry()
        self._live = Live()
        self._rates: tuple[RatesSnapshot | None, list[tuple[Metric, Kept]]] = (None, [])
        self._one = Lock()

    def render(self, picture: Picture | None) -> bytes:
        """Return the exposition in the text format; before a picture, of the process only."""
        return self.answer(picture)[0]

    def answer(
        self, picture: Picture | None, accept: str = "", *, packed: bool = False
    ) -> tuple[bytes, str]:
        """Return the exposition, gzipped if asked, and its content type by an `Accept` header."""
        encode, kind = choose_encoder(accept)
        openmetrics = kind.startswith("application/openmetrics-text")
        with self._one:
            own = encode(self.registry).removesuffix(_END)
            pieces = self._pieces(picture, openmetrics=openmetrics) if picture else ()
            ending = _END if openmetrics else b""
            body = (_pack if packed else _join)([own], pieces, [ending])
        return body, kind

    def _pieces(self, picture: Picture, *, openmetrics: bool) -> Iterator[bytes | Kept]:
        for metric in CATALOGUE:
            if metric.name in SOURCES:
                yield metric.header(openmetrics=openmetrics).encode()
                yield _spelt(metric, SOURCES[metric.name](picture))
        self._live.show(picture)
        for metric, written in self._live.families():
            yield metric.header(openmetrics=openmetrics).encode()
            if isinstance(written, str):
                yield written.encode(errors="replace")
            else:
                yield from written
        for metric, kept in self._of_rates(picture):
            yield metric.header(openmetrics=openmetrics).encode()
            yield kept

    def _of_rates(self, picture: Picture) -> Iterable[tuple[Metric, Kept]]:
        """Return the families of rates, written once for one snapshot."""
        if self._rates[0] is not picture.rates:
            families = rates.families(picture.rates, picture.promised)
            self._rates = picture.rates, [(metric, Kept(text)) for metric, text in families]
        return self._rates[1]


def _join(*parts: Iterable[bytes | Kept]) -> bytes:
    pieces = chain.from_iterable(parts)
    return b"".join(piece.text if isinstance(piece, Kept) else piece for piece in pieces)


def _pack(*parts: Iterable[bytes | Kept]) -> bytes:
    stream, fresh = Gzip(), bytearray()
    for piece in chain.from_iterable(parts):
        if isinstance(piece, Kept) and len(piece.text) >= _WORTH_KEEPING:
            stream.write(fresh)
            fresh.clear()
            stream.lay(piece.part)
        else:
            fresh += piece.text if isinstance(piece, Kept) else piece
            if len(fresh) >= _AT_ONCE:
                stream.write(fresh)
                fresh.clear()
    stream.write(fresh)
    return stream.close()


def _spelt(metric: Metric, samples: Iterable[Sample]) -> bytes:
    lines = [sample(metric.name, _labels(metric.labels, values), v) for values, v in samples]
    return "".join(lines).encode(errors="replace")
