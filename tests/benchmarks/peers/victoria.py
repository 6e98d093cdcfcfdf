"""VictoriaMetrics: the samples of Prometheus imported as JSON lines, and the same query."""

import json
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.benchmarks.peers.past import UNKNOWN, UP, Past
from tests.benchmarks.peers.peer import installed, say
from tests.benchmarks.peers.samples import SampledPeer
from tests.external.servers import HOST, WebServer, free_port, running

PACKAGE = "victoria-metrics"
PATIENCE = 600.0
SERIES_PER_REQUEST = 20


@contextmanager
def victoria(past: Past, series: int, days: int) -> Iterator[SampledPeer]:
    """Run a VictoriaMetrics on the samples of some subjects."""
    program = installed("victoria-metrics", PACKAGE)
    say(f"VictoriaMetrics: {series} series of {len(past.instants(days))} samples")
    with tempfile.TemporaryDirectory() as folder, running(_server(program, folder)) as server:
        for lines in written(past, series, days):
            _post(server, "/api/v1/import", lines)
        _post(server, "/internal/force_flush")
        server.restart()  # its memory is then that of the questions
        yield SampledPeer(server, days, past.until, {"nocache": "1"})


def _server(program: str, folder: str) -> WebServer:
    port = free_port()
    command = (
        program,
        f"-storageDataPath={folder}/data",
        "-retentionPeriod=100y",
        f"-search.maxQueryDuration={PATIENCE:.0f}s",
        f"-httpListenAddr={HOST}:{port}",
        "-loggerLevel=WARN",
    )
    return WebServer("victoria", command, Path(folder), port, health="/health", patience=PATIENCE)


def written(past: Past, series: int, days: int) -> Iterator[bytes]:
    """Yield the samples as JSON lines, some series at a time."""
    instants = past.instants(days)
    stamps, chosen = np.array([str(at) for at in instants], dtype=object), past.spread(series)
    for first in range(0, len(chosen), SERIES_PER_REQUEST):
        some = chosen[first:][:SERIES_PER_REQUEST]
        lines = [_line(past.names[n], past.samples(n, instants), stamps) for n in some]
        yield "".join(lines).encode()


def _line(name: str, codes: npt.NDArray[np.int8], stamps: npt.NDArray[np.object_]) -> str:
    known = codes != UNKNOWN
    values = ",".join(np.where(codes[known] == UP, "1", "0").tolist())
    metric = json.dumps({"__name__": "up", "instance": name})
    times = ",".join(stamps[known].tolist())
    return f'{{"metric":{metric},"values":[{values}],"timestamps":[{times}]}}\n'


def _post(server: WebServer, path: str, body: bytes = b"") -> None:
    order = urllib.request.Request(server.url + path, data=body, method="POST")
    with urllib.request.urlopen(order, timeout=PATIENCE):
        pass
