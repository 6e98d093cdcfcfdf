"""A whole agent under a service manager: it says that it is ready, that it lives, that it stops."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.loopback.test_agent_cli import CONFIG


def test_an_agent_tells_its_manager_how_it_lives(tmp_path: Path) -> None:
    (tmp_path / "agent.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "receipt.key").write_text("ab" * 32)
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(50)
        agent = subprocess.Popen(
            [sys.executable, "-m", "numlycee_agent", "run", "-c", str(tmp_path / "agent.toml")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "NOTIFY_SOCKET": str(tmp_path / "notify"),
                "WATCHDOG_USEC": "200000",
            },
        )
        try:
            assert manager.recv(100) == b"READY=1"
            assert [manager.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
            agent.send_signal(signal.SIGTERM)
            while (told := manager.recv(100)) == b"WATCHDOG=1":
                pass
            assert told == b"STOPPING=1"
            assert agent.wait(timeout=50) == 0
        finally:
            agent.kill()
            agent.wait()
