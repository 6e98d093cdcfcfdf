"""36 recorded devices of 26 makers, field by field: what is told equals what they recorded."""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Observation
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.identity import Identity, identify
from tests.agent.snmp.pretend import PretendClock
from tests.agent.snmp.recorded import RecordedDevice

pytestmark = pytest.mark.slow

RECORDINGS = Path(__file__).resolve().parents[4] / "shared" / "snmp" / "recordings"
LLDP_REMOTE_CHASSIS = "1.0.8802.1.1.2.1.4.1.1.5"
CDP_REMOTE_DEVICE = "1.3.6.1.4.1.9.9.23.1.2.1.1.6"

SAME_MAKER = {"HPE/Aruba": "HPE", "HPE Aruba": "HPE", "OneAccess (Ekinops)": "OneAccess"}
APART = {
    ("procurve", "model"): "`Stack` is no model: a stack takes that of its first chassis",
    ("ciscowlc_cbw240ac", "temperature"): "5000 degrees are none",
}
"""Where the expected value is itself wrong, and why; printed, and not counted."""

Row = dict[str, str]


@dataclass(frozen=True)
class Seen:
    """What numlycee makes of one recorded device."""

    identity: Identity
    observation: Observation
    neighbours: dict[str, int]

    def gauge(self, name: str, scale: float = 1) -> float:
        return round(self.observation.gauges.get(name, 0) * scale, 3)


@dataclass(frozen=True)
class Field:
    """What is expected, empty where it is not known, and whether what is seen equals it."""

    expected: Callable[[Row], str]
    seen: Callable[[Seen], object]
    same: Callable[[str, str], bool]


def words(line: str) -> set[str]:
    return set(re.findall(r"[\w.()+-]+", line.casefold()))


def one_in_the_other(seen: str, expected: str) -> bool:
    """Tell whether one line holds all the words of the other."""
    told = words(seen)
    known = map(words, expected.split("|"))
    return bool(told) and any(told <= one or one <= told for one in known)


def equal(seen: str, expected: str) -> bool:
    return SAME_MAKER.get(seen, seen) == SAME_MAKER.get(expected, expected)


def as_numbers(seen: str, expected: str) -> bool:
    return float(seen) == pytest.approx(float(expected), abs=0.001)


def text_of(column: str) -> Callable[[Row], str]:
    return lambda row: "" if row[column] == "<private>" else row[column]


def lowest_supply(row: Row) -> str:
    """Return the lowest level over capacity; a negative one is no figure (RFC 3805)."""
    pairs = [pair.split("/") for pair in row["prt_supply_levels_raw"].split()]
    ratios = [int(level) / int(most) for level, most in pairs if int(level) >= 0 and int(most) > 0]
    return str(min(ratios)) if ratios else ""


def temperatures(row: Row) -> str:
    """Return every temperature that a sensor of the device recorded; 0 is the lack of one."""
    with (RECORDINGS / "sensors.csv").open(encoding="utf-8") as lines:
        told = [
            sensor["current"]
            for sensor in csv.DictReader(lines)
            if sensor["file"] == row["file"] and sensor["cls"] == "temperature"
        ]
    return " ".join(current for current in told if float(current))


def one_of_the_numbers(seen: str, expected: str) -> bool:
    return any(as_numbers(seen, one) for one in expected.split())


def state(row: Row) -> str:
    return "degraded" if row["suggested_state"] == "degraded" else "ok"


def number(column: str, gauge: str, scale: float = 1) -> Field:
    return Field(text_of(column), lambda seen: seen.gauge(gauge, scale), as_numbers)


FIELDS = {
    "vendor": Field(text_of("vendor"), lambda seen: seen.identity.vendor, equal),
    "kind": Field(text_of("kind"), lambda seen: seen.identity.kind, equal),
    "model": Field(
        lambda row: f"{row['model']}|{row['hardware']}".strip("|"),
        lambda seen: seen.identity.model,
        one_in_the_other,
    ),
    "serial": Field(text_of("serial"), lambda seen: seen.identity.serial, equal),
    "version": Field(text_of("version"), lambda seen: seen.identity.version, one_in_the_other),
    "ports": number("ifs_raw", "ports"),
    "ports up": number("ifs_up_raw", "ports_up"),
    "LLDP rows": Field(
        text_of("lldp_rows_raw"), lambda seen: seen.neighbours[LLDP_REMOTE_CHASSIS], as_numbers
    ),
    "CDP rows": Field(
        text_of("cdp_rows_raw"), lambda seen: seen.neighbours[CDP_REMOTE_DEVICE], as_numbers
    ),
    "access points up": number("wifi_aps_connected", "access_points_up"),
    "access points": number("wifi_aps_total", "access_points"),
    "Wi-Fi clients": number("wifi_clients", "wifi_clients"),
    "PoE budget": number("poe_budget_w_raw", "poe_budget_watts"),
    "PoE used": number("poe_used_w_raw", "poe_used_watts"),
    "sensors": number("ent_sensors_raw", "sensors"),
    "temperature": Field(
        temperatures, lambda seen: seen.gauge("temperature_celsius"), one_of_the_numbers
    ),
    "UPS charge": number("ups_charge_pct", "charge_ratio", 100),
    "UPS runtime": number("ups_runtime_min", "runtime_seconds", 1 / 60),
    "UPS load": number("ups_load_pct", "load_ratio", 100),
    "supplies": number("prt_supplies_raw", "supplies"),
    "lowest supply": Field(lowest_supply, lambda seen: seen.gauge("supply_ratio"), as_numbers),
    "state": Field(state, lambda seen: seen.observation.health, equal),
}


def expected_rows() -> list[Row]:
    table = RECORDINGS / "expected.csv"
    if not table.exists():
        pytest.skip(f"the recorded devices are not there: {table} (kept beside the project)")
    with table.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


async def see(row: Row) -> Seen:
    client = RecordedDevice(RECORDINGS / row["file"]).client()
    neighbours = await client.walk([LLDP_REMOTE_CHASSIS, CDP_REMOTE_DEVICE])
    probe = SnmpStateProbe(client, Kind(row["kind"]), PretendClock())
    counted = {column: len(rows) for column, rows in neighbours.items()}
    return Seen(await identify(client), await probe.observe(), counted)


async def test_every_field_of_every_recorded_device() -> None:
    score: dict[str, list[bool]] = defaultdict(list)
    wrong: list[str] = []
    for row in expected_rows():
        seen = await see(row)
        device = Path(row["file"]).stem
        for name, field in FIELDS.items():
            expected, told = field.expected(row), str(field.seen(seen))
            if not expected or (device, name) in APART:
                continue
            right = field.same(told, expected)
            score[name].append(right)
            if not right:
                wrong.append(f"{device}: {name} is {told!r}, expected {expected!r}")
    sys.stdout.writelines(f"{name:>18} {sum(hits)}/{len(hits)}\n" for name, hits in score.items())
    sys.stdout.writelines(
        f"{'apart':>18} {device}, {name}: {why}\n" for (device, name), why in APART.items()
    )
    assert wrong == []
