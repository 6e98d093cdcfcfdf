"""The lines of a link as `agent.toml` describes them, and how they are put to work."""

import re
from pathlib import Path

import pytest

from numlycee.settings import SettingsError
from numlycee_agent.build import Means, watched
from numlycee_agent.config import Config, read
from tests.agent.virtual import VirtualClock

LYCEE = """\
uai = "0310036W"
receipt_key_file = "receipt.key"
[mqtt]
host = "mqtt.example"
[snmp.default]
version = "2c"
community = "s3cret"
[link]
outside = ["ping:192.0.2.1"]
lan = ["ping:10.0.0.1"]
[link.wan]
equipment = "routeur"
interface = "ge-0/0/3"
down_megabits = 300
[link.backup]
interface = "dialer1"
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur"
address = "10.0.0.1"
[[equipment]]
id = "borne"
kind = "wifi-ap"
name = "Borne"
address = "10.0.0.2"
snmp = "none"
"""


def load(directory: Path, text: str) -> Config:
    path = directory / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


async def chores(config: Config) -> int:
    """How much is to run beside the observations."""
    means = Means(VirtualClock())
    watched(config, means)
    means.close()
    return len(means.chores)


@pytest.mark.parametrize(
    "change",
    [
        ("", ""),
        ('equipment = "routeur"', 'address = "10.0.0.254"\nsnmp = "default"'),
        ('interface = "dialer1"', 'address = "10.0.0.253"\nindex = 2'),
        ('interface = "dialer1"', 'equipment = "routeur"\nindex = 2'),
    ],
)
async def test_lines_are_read_beside_the_observations(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    assert await chores(load(tmp_path, LYCEE.replace(*change))) == 1


async def test_without_lines_nothing_more_runs(tmp_path: Path) -> None:
    without = re.sub(r"\[link\.(wan|backup)\](?:\n\w.*)+\n", "", LYCEE)
    assert await chores(load(tmp_path, without)) == 0


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('equipment = "routeur"', "", "link.wan.equipment: is missing: an equipment's id, or an"),
        ('= "routeur"\ni', '= "routuer"\ni', "'routuer' is the id of no equipment; did you mean"),
        ('= "routeur"\ni', '= "borne"\ni', "link.wan.equipment: 'borne' is not asked by SNMP"),
        ('= "routeur"\ni', '= "routeur"\nsnmp = "x"\ni', "has its own address and SNMP access"),
        ('"ge-0/0/3"', '"ge-0/0/3"\nindex = 3', "link.wan.interface: give either its name or"),
        ('interface = "ge-0/0/3"', "", "link.wan.interface: give either its name or its `index`"),
        ('interface = "dialer1"', "index = 0", "link.backup.index: must be 1 or more"),
        ('"dialer1"', '"ge-0/0/3"', "link.backup.interface: is that of the main line"),
        ('"dialer1"', '"d"\nsnmp = "x"', "link.backup.snmp: needs an `address` beside it"),
        ('"dialer1"', '"d"\naddress = "x"', "link.backup.address: 'x' is not an IP address"),
        (
            '"dialer1"',
            '"d"\naddress = "10.0.0.9"\nsnmp = "defualt"',
            "link.backup.snmp: 'defualt' is not described: add [snmp.defualt]; did you mean",
        ),
        ("= 300", "= 0", "link.wan.down_megabits: must be above 0"),
        ("= 300", "= 300\nsaturation_ratio = 90", "saturation_ratio: must be above 0 and at most"),
        (
            '[link.wan]\nequipment = "routeur"\ninterface = "ge-0/0/3"\ndown_megabits = 300\n',
            "",
            "link.backup: needs the main line beside it: add [link.wan]",
        ),
    ],
)
def test_a_fault_names_its_key_and_the_remedy(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(told)):
        load(tmp_path, LYCEE.replace(before, after))
