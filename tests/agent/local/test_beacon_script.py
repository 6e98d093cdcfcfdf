"""The script of devices: what it reads of each system, and that it needs nothing but Python."""

import ast
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from numlycee_agent.local.beacon import read

SCRIPT = Path(__file__).resolve().parents[3] / "agents" / "beacon" / "numlycee-beacon.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("numlycee_beacon", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_imports_nothing_but_the_standard_library() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert "urllib" in names
    assert names - sys.stdlib_module_names == set()


def test_the_serial_of_linux_is_the_maker_s(script: ModuleType, tmp_path: Path) -> None:
    dmi, tree = tmp_path / "product_serial", tmp_path / "serial-number"
    assert script.linux_serial((dmi, tree)) is None
    dmi.write_text("To Be Filled By O.E.M.\n")
    tree.write_text("10000000a1b2c3d4\0")
    assert script.linux_serial((dmi, tree)) == "10000000a1b2c3d4"
    dmi.write_text("5CG1234ABC\n")
    assert script.linux_serial((dmi, tree)) == "5CG1234ABC"


def test_the_battery_of_linux_is_the_worst_one(script: ModuleType, tmp_path: Path) -> None:
    assert script.linux_battery(tmp_path) is None
    for name, kind, full, design in (("BAT0", "energy", 40, 50), ("BAT1", "charge", 30, 60)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{kind}_full").write_text(f"{full}000000\n")
        (tmp_path / name / f"{kind}_full_design").write_text(f"{design}000000\n")
    (tmp_path / "AC").mkdir()
    assert script.linux_battery(tmp_path) == 0.5


def test_sensors_of_linux_at_fault_are_counted(script: ModuleType, tmp_path: Path) -> None:
    assert script.linux_sensors(tmp_path) == 0
    for number, fault in enumerate("0110"):
        (tmp_path / f"hwmon{number}").mkdir()
        (tmp_path / f"hwmon{number}" / "temp1_fault").write_text(f"{fault}\n")
    assert script.linux_sensors(tmp_path) == 2


def test_windows_is_asked_through_powershell(script: ModuleType) -> None:
    answers = {
        "Win32_BIOS": "5CG1234ABC\r\n",
        "BatteryFullChargedCapacity": "41230\r\n",
        "BatteryStaticData": "50000\r\n",
        "Win32_PnPEntity": "2\r\n",
    }

    def ask(question: str) -> str:
        return next(answer for name, answer in answers.items() if name in question)

    assert script.windows_serial(ask) == "5CG1234ABC"
    assert script.windows_battery(ask) == 0.825
    assert script.windows_sensors(ask) == 2
    assert script.windows_battery(lambda _: "") is None


def test_macos_is_asked_through_its_registry(script: ModuleType) -> None:
    answers = {
        "IOPlatformExpertDevice": '    "IOPlatformSerialNumber" = "C02XK1ABJGH5"\n',
        "AppleSmartBattery": (
            '      "AppleRawMaxCapacity" = 4100\n      "DesignCapacity" = 5000\n'
            '      "BatteryData" = {"DesignCapacity"=1,"Serial"="D86"}\n'
        ),
        "disk0": "   SMART Status:              Failing\n",
    }

    def ask(command: list[str]) -> str:
        return answers[command[-1]]

    assert script.mac_serial(ask) == "C02XK1ABJGH5"
    assert script.mac_battery(ask) == 0.82
    assert script.mac_sensors(ask) == 1
    assert script.mac_serial(lambda _: "") is None
    assert script.mac_sensors(lambda _: "SMART Status: Verified") == 0


def test_what_cannot_be_read_is_left_out(script: ModuleType) -> None:
    def forbidden() -> str:
        raise PermissionError

    assert script.quietly(forbidden) is None
    assert script.share("full", "50") is None
    assert script.share("60", "50") == 1.0
    assert script.share("1", "0") is None


def test_it_says_only_what_a_beacon_may(script: ModuleType) -> None:
    said = script.describe(None, "") | {"serial": "ABCD1234"}
    assert read(json.dumps(said).encode()).serial == "ABCD1234"
    assert script.word("Überwindows 11 <x>🙂" + "y" * 60) == "berwindows 11 x" + "y" * 25


def test_a_page_opens_when_it_shows_what_it_should(script: ModuleType) -> None:
    assert not script.opens("file:///etc/passwd", "")
