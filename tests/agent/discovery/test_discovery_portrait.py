"""What a person sees of one device, on narrow and wide terminals, and what programs read."""

import io
import json

import pytest
from rich.console import Console

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.discovery.inquiry import Answers, Finding
from numlycee_agent.discovery.painting import show_portrait
from numlycee_agent.discovery.portrait import machine, portray
from numlycee_agent.discovery.ports import DOWN, UP, Port, Ports
from numlycee_agent.discovery.records import Surroundings
from numlycee_agent.discovery.sensors import Sensor
from numlycee_agent.ports import Health, Observation
from numlycee_agent.probes.reach import Attempt
from numlycee_agent.snmp.identity import Identity
from tests.agent.discovery.school import says

PORTS = Ports(
    [
        Port(1, "1/1", admin=UP, oper=UP, speed=1000, type=6),
        Port(2, "1/2", admin=UP, oper=DOWN, type=6),
        Port(10, "1/10", admin=DOWN, oper=DOWN, type=6),
        Port(5000, "vlan", admin=UP, oper=UP, type=136),
    ]
)
TOLD = Answers(
    Identity("D-Link", "DGS-1510", Kind.SWITCH, "S3K1", "1.0", "sw-b", "1.3.6.1.4.1.171"),
    Observation(0, 1, Health.DEGRADED, Cause.FAN, {"load_ratio": 0.378, "new_watts": 12.0}),
    Surroundings(ports=PORTS, neighbours=(says("1/1", "sw-a", "1/7", address="10.31.0.2"),)),
    (Sensor("Temp 1", 27.4, "°C", ok=True), Sensor("Fan 2", 0.0, "tr/min", ok=False)),
)
FINDING = Finding("10.31.0.12", Attempt(0, 1, rtt=0.0021), TOLD)
SILENT = Finding("10.31.0.13", Attempt(0, 1, cause=Cause.TIMEOUT), None, "aucune réponse")


def painted(finding: Finding, width: int) -> str:
    console = Console(file=io.StringIO(), width=width)
    show_portrait(portray(finding), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_a_portrait_shows_everything_at_any_width(width: int) -> None:
    shown = painted(FINDING, width)
    for told in ("commutateur", "dégradé : ventilateur", "3 ports, 1 actif", "1 × 1 Gbit/s", "▮▯×"):
        assert told in shown
    for told in ("37,8 %", "new_watts", "12 W", "27,4 °C", "sw-a", "1/7", "10.31.0.2", "2,1 ms"):
        assert told in shown
    assert max(map(len, shown.splitlines())) == width


def test_without_a_terminal_it_is_plain(capsys: pytest.CaptureFixture[str]) -> None:
    show_portrait(portray(FINDING))
    shown = capsys.readouterr().out
    assert shown.startswith("D-Link DGS-1510 · commutateur\ndégradé : ventilateur\n\nIdentité\n")
    assert "Fan 2    0 tr/min  ✗" in shown


def test_a_silent_device_has_a_portrait_too() -> None:
    shown = painted(SILENT, 80)
    assert "ne répond pas" in shown
    assert "aucune réponse" in shown


def test_programs_read_plain_values() -> None:
    told = json.loads(json.dumps(machine(FINDING)))
    assert (told["identity"]["kind"], told["state"], told["cause"]) == ("switch", "degraded", "fan")
    assert told["neighbours"][0]["far"] == ["1/7"]
    assert [port["name"] for port in told["ports"]] == ["1/1", "1/2", "1/10", "vlan"]
    assert machine(SILENT) == {
        "address": "10.31.0.13",
        "rtt_seconds": None,
        "fault": "aucune réponse",
        "identity": None,
    }
