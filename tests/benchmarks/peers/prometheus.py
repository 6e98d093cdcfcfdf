"""Prometheus: blocks written by promtool, then its own query language."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tests.benchmarks.peers.past import UNKNOWN, UP, Past
from tests.benchmarks.peers.peer import installed, say
from tests.benchmarks.peers.samples import SampledPeer
from tests.external.servers import HOST, WebServer, free_port, running

PACKAGE = "prometheus"
PATIENCE = 600.0
BLOCKS = ("tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=744h")


@contextmanager
def prometheus(past: Past, series: int, days: int) -> Iterator[SampledPeer]:
    """Run a Prometheus on the samples of some subjects."""
    program, promtool = installed("prometheus", PACKAGE), installed("promtool", PACKAGE)
    say(f"Prometheus: {series} series of {len(past.instants(days))} samples")
    with tempfile.TemporaryDirectory() as folder:
        text, data = Path(folder, "up.om"), Path(folder, "data")
        write(text, past, series, days)
        subprocess.run([promtool, *BLOCKS, text, data], check=True, capture_output=True)
        text.unlink()
        with running(_server(program, Path(folder))) as server:
            yield SampledPeer(server, days, past.until, {"timeout": f"{PATIENCE:.0f}s"})


def _server(program: str, folder: Path) -> WebServer:
    settings, port = folder / "prometheus.yml", free_port()
    settings.write_text("scrape_configs: []\n")
    command = (
        program,
        f"--config.file={settings}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        "--query.max-samples=2000000000",
        f"--query.timeout={PATIENCE:.0f}s",
        f"--web.listen-address={HOST}:{port}",
        "--log.level=warn",
    )
    return WebServer("prometheus", command, folder, port, patience=PATIENCE)


def write(path: Path, past: Past, series: int, days: int) -> None:
    """Write the samples as OpenMetrics: 1 while up, 0 while down, none while it is not known."""
    instants = past.instants(days)
    up, down = (
        np.array([f"{value} {at / 1000:.3f}\n" for at in instants], dtype=object)
        for value in (1, 0)
    )
    with path.open("w") as file:
        file.write("# TYPE up gauge\n")
        for subject in past.spread(series):
            codes = past.samples(subject, instants)
            lines = np.where(codes == UP, up, down)[codes != UNKNOWN].tolist()
            name = f'up{{instance="{past.names[subject]}"}} '
            file.write(name + name.join(lines))
        file.write("# EOF\n")
