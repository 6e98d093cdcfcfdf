"""What one collector among several tells of itself, whether or not it leads."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge

from numlycee.adapters.prometheus.catalogue import Metric
from numlycee.adapters.prometheus.metrics import process_registry

LEADING = Metric(
    "numlycee_collector_leading", "gauge", "1 on the collector that evaluates windows and alerts"
)
STORING = Metric(
    "numlycee_collector_storing",
    "gauge",
    "1 while the store takes what arrives; 0 confirms nothing",
)
OF_COLLECTOR = (LEADING, STORING)


def collector_registry(
    leading: Callable[[], bool], storing: Callable[[], bool]
) -> CollectorRegistry:
    """Return a registry of the process, and of what is asked at each scrape."""
    registry = process_registry()
    for metric, asked in ((LEADING, leading), (STORING, storing)):
        Gauge(metric.name, metric.help, registry=registry).set_function(asked)
    return registry
