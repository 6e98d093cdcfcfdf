"""The 36 recorded devices through a whole house: configured, polled, told, shown, identified."""

import csv
import json
from functools import partial
from pathlib import Path

import pytest

from numlycee_agent.cli import main
from numlycee_agent.snmp.credentials import Target
from tests.external.house import SITE, House, need_ping, until
from tests.external.servers import HOST, Server
from tests.loopback.snmp_responder import RECORDINGS, need, responding
from tests.loopback.test_snmp_recordings import same

UP, DEGRADED = 0, 1
ACCESS = """\
[snmp.d{number}]
version = "2c"
port = {port}
community = "{stem}"
[[equipment]]
id = "d{number}"
kind = "{kind}"
name = "{stem}"
address = "{host}"
snmp = "d{number}"
"""


@pytest.fixture
def expected() -> list[dict[str, str]]:
    with need(RECORDINGS / "expected.csv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


@pytest.mark.timeout(120)
def test_every_recorded_device_is_polled_by_the_agent_and_shown(
    tmp_path: Path, mosquitto: Server, expected: list[dict[str, str]]
) -> None:
    need_ping()
    with responding(tmp_path, [RECORDINGS / row["file"] for row in expected]) as target:
        house = furnished(tmp_path, mosquitto, target, expected)
        with house.inhabited():
            centre = house.collector
            for number, row in enumerate(expected):
                suggested = DEGRADED if row["suggested_state"] == "degraded" else UP
                what = f"{row['file']} is {row['suggested_state']}"
                until(partial(centre.is_in, f"d{number}", suggested), what)
            until(lambda: house.ledger().stored > 3, "bulletins are stored")
            assert "Essai" in centre.text(f"/lycees/{SITE}")
        assert "Traceback" not in house.agent.log
        assert "ERROR" not in house.agent.log + house.collector.log


def furnished(
    tmp_path: Path, broker: Server, target: Target, expected: list[dict[str, str]]
) -> House:
    """A house whose agent watches every recording as a device of its own."""
    folder = tmp_path / "house"
    folder.mkdir()
    house = House(folder, broker.port)
    house.install_agent(
        "".join(
            ACCESS.format(
                number=number, port=target.port, stem=Path(row["file"]).stem,
                kind=row["kind"], host=HOST,
            )
            for number, row in enumerate(expected)
        )
    )  # fmt: skip
    return house


@pytest.mark.timeout(120)
def test_the_command_line_says_what_every_recorded_device_is(
    tmp_path: Path, expected: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    with responding(tmp_path, [RECORDINGS / row["file"] for row in expected]) as target:
        for row in expected:
            stem = Path(row["file"]).stem
            arguments = ["probe", HOST, "--port", str(target.port), "--community", stem]
            assert main([*arguments, "--format", "json"]) == 0
            told = json.loads(capsys.readouterr().out)["identity"]
            if (same(told["vendor"]), told["kind"]) != (same(row["vendor"]), row["kind"]):
                wrong.append((stem, told["vendor"], told["kind"]))
            assert main(arguments) == 0
            shown = capsys.readouterr().out
            assert told["description"].split()[0] in shown
    assert not wrong
