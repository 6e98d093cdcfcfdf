"""The deployed configurations, judged by the tools of their own servers."""

import re
import subprocess

import pytest

from tests.external.conftest import ROOT
from tests.external.servers import binary

DEPLOY = ROOT / "deploy"


def run(*command: object) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["prometheus.yml", "discovery.yml"])
def test_prometheus_accepts_its_configurations_and_rules(name: str) -> None:
    run(binary("promtool", "prometheus"), "check", "config", DEPLOY / "prometheus" / name)


def test_alertmanager_accepts_its_configuration() -> None:
    amtool = binary("amtool", "prometheus-alertmanager")
    run(amtool, "check-config", DEPLOY / "alertmanager/alertmanager.yml")


@pytest.mark.parametrize(("unit", "most"), [("numlycee", 2.5), ("numlycee-agent", 1.5)])
def test_units_expose_little(unit: str, most: float) -> None:
    analyze = binary("systemd-analyze", "systemd")
    told = run(analyze, "security", "--offline=true", DEPLOY / f"systemd/{unit}.service")
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told)
    assert exposure
    assert float(exposure[1]) <= most
