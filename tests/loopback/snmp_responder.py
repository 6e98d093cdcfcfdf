"""The responder that serves recorded devices, kept beside the project: a process for each test."""

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from numlycee_agent.snmp.credentials import Target
from tests.external.servers import HOST, free_port

SHARED = Path(__file__).resolve().parents[3] / "shared"
RECORDINGS = SHARED / "snmp" / "recordings"
STATES = SHARED / "snmp" / "states"


def need(path: Path) -> Path:
    """Return a path of the shared material, or skip the test where it is absent."""
    if not path.exists():
        pytest.skip(f"the recorded devices are not there: {path} (kept beside the project)")
    return path


@contextlib.contextmanager
def responding(
    folder: Path, files: Sequence[Path], behaviour: Mapping[str, Any] | None = None
) -> Iterator[Target]:
    """Serve recordings, each under its stem as community; `behaviour` as the responder has it."""
    port = free_port(socket.SOCK_DGRAM)
    command = [sys.executable, str(need(SHARED / "tools" / "snmprec_responder.py"))]
    command += ["--listen", f"{HOST}:{port}", "--cache", str(folder)]
    for path in files:
        command += ["--file", str(need(path))]
    if behaviour:
        told = folder / f"behaviour-{port}.json"
        told.write_text(json.dumps(behaviour))
        command += ["--behaviour", str(told)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("ready")
            yield Target(HOST, port, (0.5, 1.0))
        finally:
            process.terminate()
