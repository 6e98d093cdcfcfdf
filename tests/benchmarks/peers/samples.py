"""What Prometheus and VictoriaMetrics share: samples each minute, and the same query."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.benchmarks.peers.peer import Answer, Shares, cost
from tests.external.servers import WebServer


@dataclass(frozen=True, slots=True)
class SampledPeer:
    """A server that averages the samples of the last days before an instant."""

    server: WebServer
    days: int
    until: int
    options: Mapping[str, str]

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self.server.pid

    def ask(self) -> Answer:
        """Return `avg_over_time` of every series."""
        return cost(self.pid, self._averages)

    def _averages(self) -> Shares:
        query = f"avg_over_time(up[{self.days}d])"
        at = str(self.until // 1000)
        found = self.server.get("/api/v1/query", query=query, time=at, **self.options)
        return {
            row["metric"]["instance"]: float(row["value"][1]) for row in found["data"]["result"]
        }
