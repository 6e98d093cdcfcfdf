"""The exposition of one `Picture` to Prometheus, text format 0.0.4."""

from numlycee.adapters.prometheus.metrics import Metrics

__all__ = ["Metrics"]
