import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from numlycee_agent.cli import main
from numlycee_agent.spool.spool import Spool
from tests.agent.spooling import fill, receipt
from tests.agent.timing import Machine
from tests.agent.virtual import VirtualClock

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """\
uai = "0310036W"
data = "data"
receipt_key_file = "receipt.key"
[mqtt]
host = "127.0.0.1"
port = 1
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur d'accès"
address = "127.0.0.1"
[[equipment]]
id = "sw"
kind = "switch"
name = "Commutateur"
address = "127.0.0.1"
parent = "routeur"
tcp = 1
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "agent.toml"
    path.write_text(CONFIG, encoding="utf-8")
    (tmp_path / "receipt.key").write_text("ab" * 32)
    return path


def test_check_says_what_would_be_watched(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-c", str(path)]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[1].split() == ["routeur", "router", "2", "s", "Routeur", "d'accès"]
    assert "2 ressources ; la configuration est bonne" in told


def test_a_bad_configuration_is_code_2(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(CONFIG.replace("switch", "swich"), encoding="utf-8")
    assert main(["check", "-c", str(path)]) == 2
    assert "line 14: equipment.1.kind: 'swich'" in capsys.readouterr().err
    assert main(["check", "-c", str(path.parent / "none.toml")]) == 2


def test_status_and_queue_read_without_disturbing(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Spool(path.parent / "data/spool", VirtualClock()) as spool:
        fill(spool, 10)
        spool.settle(receipt(spool, upto=7, epoch=2, commit=31))
        assert main(["status", "-c", str(path)]) == 0
        told = capsys.readouterr().out
        assert "en marche" in told
        assert "époque 2, enregistrement 31" in told
        assert "3 enregistrements" in told
        fill(spool, 1)
        assert main(["queue", "-c", str(path)]) == 0
        row = capsys.readouterr().out.splitlines()[1]
        assert row.split() == [spool.run, "1–11", "11", "7", "4", "4,0", "Kio"]
    assert main(["status", "-c", str(path)]) == 0
    assert "arrêté" in capsys.readouterr().out


def test_status_tells_what_waits_for_the_time(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = Machine(path.parent / "data/spool", wrong=-3600)
    with machine.open() as spool:
        fill(spool, 3)
    assert main(["status", "-c", str(path)]) == 0
    assert "à dater             3 enregistrements" in capsys.readouterr().out


def test_without_a_spool_status_is_code_1(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "-c", str(path)]) == 1
    assert "data/spool" in capsys.readouterr().err


def test_probe_wants_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", "routeur.lycee"]) == 2
    assert "is not an IP address" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_stops_cleanly_and_keeps_a_last_bulletin(path: Path, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as device:
        port = device.getsockname()[1]
        answering = CONFIG.replace("tcp = 1\n", "").replace(
            'address = "127.0.0.1"', f'address = "127.0.0.1"\ntcp = {port}'
        )
        path.write_text(answering, encoding="utf-8")
        _run_and_stop(path, number)
    with Spool(path.parent / "data/spool", VirtualClock()) as spool:
        assert spool.previous is not None
        assert spool.previous.last >= 2, "an inventory and a bulletin"


def _run_and_stop(path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "numlycee_agent", "run", "-c", str(path)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'agents'}"},
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert "0310036W: 2 resources watched" in line
    time.sleep(2.5)  # every resource is observed within two seconds
    process.send_signal(number)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(10) == 0, rest
    assert "Traceback" not in rest


def test_two_agents_on_one_spool_is_code_1(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Spool(path.parent / "data/spool", VirtualClock()):
        assert main(["run", "-c", str(path)]) == 1
    assert "another agent is using this spool" in capsys.readouterr().err
