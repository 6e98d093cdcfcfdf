"""The data on devices is checked here, so that a slip in a vendor's file is not ignored."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import numlycee_agent.snmp
from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.catalogue import knowledge
from numlycee_agent.snmp.identity import SYS_DESCR, SYS_OBJECT_ID, identify
from numlycee_agent.snmp.profile import FOLDS
from numlycee_agent.snmp.values import Value
from tests.agent.snmp.pretend import PretendDevice

DATA = Path(numlycee_agent.snmp.__file__).with_name("data")
FILES = sorted(DATA.glob("*/*.toml"))

READING = {"get", "column", "of", "scaled", "dated", "where", "ignore", "every"}
TEST = {"in", "above", "below", "bits"}
KEYS = {
    "product": {"vendor", "names", "under"},
    "description": {"pattern", "vendor", "kind", "under", "generic", "guess"},
    "probe": {"get", "vendor", "kind", "model", "least", "guess"},
    "detail": {"vendor", "kind", "model", "serial", "version"},
    "spelling": {"vendor", "field", "pattern", "becomes"},
    "rule": READING | TEST | {"kinds", "cause", "short_of", "lasting", "sound", "rows"},
    "gauge": READING | TEST | {"kinds", "name", "scale", "fold", "guess"},
}
NAMED = re.compile(r"\.?\d+(\.\d+)+(\.\*)?")


def rows(file: Path) -> list[tuple[str, dict[str, Any]]]:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return [(table, row) for table, held in data.items() for row in held]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_says_only_what_is_understood(file: Path) -> None:
    for table, row in rows(file):
        assert set(row) <= KEYS[table], row
        assert set(row.get("kinds", ())) <= set(Kind), row
        assert row.get("kind") in {None, *Kind}, row
        assert row.get("cause", Cause.OTHER) in set(Cause), row
        assert row.get("fold", "count") in {"count", *FOLDS}, row
        if table in ("rule", "gauge"):
            assert len({"get", "column"} & set(row)) == 1, row
        for key in {"get", "column", "of", "dated", "short_of", "model", "serial"} & set(row):
            assert isinstance(row[key], bool) or NAMED.fullmatch(row[key]), row


@pytest.mark.parametrize("file", sorted(DATA.glob("vendors/*.toml")), ids=lambda file: file.stem)
def test_a_vendor_has_one_file(file: Path) -> None:
    vendors = {row["vendor"] for _, row in rows(file) if row.get("vendor")}
    assert len(vendors) == 1
    assert re.sub(r"[^a-z0-9]+", "-", vendors.pop().lower()) == file.stem


def test_no_name_is_two_makers() -> None:
    products = knowledge()["product"]
    names = {row["vendor"]: {row["vendor"], *row.get("names", ())} for row in products}
    said = [name.casefold() for known in names.values() for name in known]
    assert len(said) == len(set(said))


def test_no_prefix_is_two_products() -> None:
    prefixes = [prefix for row in knowledge()["product"] for prefix in row.get("under", ())]
    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize(
    ("oid", "description", "told", "expected"),
    [
        (
            "8741.1",
            "SonicWALL TZ 370 (SonicOS 7.0)",
            {"8741.2.1.1.1.0": "TZ 370", "8741.2.1.1.2.0": "S1", "8741.2.1.1.3.0": "7.0.1"},
            ("TZ 370", "S1", "7.0.1"),
        ),
        (
            "1991.1.3.64.1.1",
            "Ruckus Wireless, Inc. ICX7150-24-POE, IronWare Version 08.0.90",
            {"1991.1.1.1.1.2.0": "S2"},
            ("ICX7150-24-POE", "S2", "08.0.90"),
        ),
        (
            "4526.100.4.31",
            "GS724Tv4 ProSafe 24-port Gigabit Ethernet Smart Switch, 6.3.1.4, B1.0.0.4",
            {},
            ("GS724Tv4", "", "6.3.1.4"),
        ),
        (
            "641.6.71108877",
            "Lexmark MX611de version NH6.MX.N639",
            {"641.2.1.2.1.2.1": "MX611de", "641.2.1.2.1.6.1": "S3"},
            ("MX611de", "S3", "NH6.MX.N639"),
        ),
        (
            "4555.1.1.7",
            "NetVision-8",
            {
                "4555.1.1.7.1.1.1.0": "NETYS RT",
                "4555.1.1.7.1.1.2.0": "S4",
                "4555.1.1.7.1.1.5.0": "Net Vision 8 v8.00",
            },
            ("NETYS RT", "S4", "8.00"),
        ),
        (
            "12356.106.1.2482",
            "",
            {"12356.106.4.1.1.0": "FortiSwitch-248D-FPOE v3.3.3,build4047 (GA)"},
            ("FortiSwitch-248D-FPOE", "", "v3.3.3,build4047 (GA)"),
        ),
        (
            "8744.1.47",
            "MSM765 - Hardware revision 2 - Serial number S5 - Firmware version 6.6.0.0-22530",
            {},
            ("MSM765", "S5", "6.6.0.0-22530"),
        ),
        (
            "14988.1",
            "RouterOS v6.49.10 (long-term) on CRS326-24G-2S+",
            {},
            ("CRS326-24G-2S+", "", "6.49.10"),
        ),
        (
            "4413",
            "EdgeSwitch 24-Port 250W, 1.9.3.5402298, Linux 3.6.5",
            {},
            ("EdgeSwitch 24-Port 250W", "", "1.9.3.5402298"),
        ),
        (
            "311.1.1.3.1.2",
            "Hardware: Intel64 - Software: Windows Version 6.1 (Build 7601)",
            {
                "674.10892.1.300.10.1.9.1": "PowerEdge R740",
                "674.10892.1.300.10.1.11.1": "S6",
            },
            ("PowerEdge R740", "S6", "6.1"),
        ),
        (
            "12325.1.1.2.1.1",
            "OPNsense fw.lan 18.1.1-a5575d7bd OPNsense FreeBSD 11.1-RELEASE-p6 amd64",
            {},
            ("OPNsense", "", "18.1.1-a5575d7bd"),
        ),
    ],
)
async def test_where_vendors_keep_model_serial_and_version(
    oid: str, description: str, told: dict[str, str], expected: tuple[str, str, str]
) -> None:
    enterprises = "1.3.6.1.4.1."
    values: dict[str, Value] = {SYS_DESCR: description.encode(), SYS_OBJECT_ID: enterprises + oid}
    values |= {enterprises + name: value.encode() for name, value in told.items()}
    identity = await identify(PretendDevice(values).client())
    assert (identity.model, identity.serial, identity.version) == expected
