"""The table holds devices that French schools have, by sysObjectID below enterprises."""

import csv
from pathlib import Path

import pytest

from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.catalogue import catalogue
from numlycee_agent.snmp.identity import SYS_DESCR, SYS_NAME, SYS_OBJECT_ID, Identity, identify
from numlycee_agent.snmp.text import decode, text
from numlycee_agent.snmp.values import SnmpTimeout, Value
from tests.agent.snmp.pretend import PretendDevice

ENTERPRISES = "1.3.6.1.4.1"
NET_SNMP = "8072.3.2.10"

with Path(__file__).with_name("school_equipment.csv").open(encoding="utf-8") as table:
    SEEN = [tuple(row.values()) for row in csv.DictReader(table)]


async def ask(
    sys_object_id: Value | None, description: str, **more: Value
) -> tuple[Identity, PretendDevice]:
    values: dict[str, Value] = {SYS_DESCR: description.encode(), SYS_NAME: b"nom\0"}
    if sys_object_id is not None:
        values[SYS_OBJECT_ID] = sys_object_id
    device = PretendDevice(values | more)
    return await identify(device.client()), device


@pytest.mark.parametrize(("oid", "description", "vendor", "kind"), SEEN)
async def test_the_usual_equipment_of_schools(
    oid: str, description: str, vendor: str, kind: str
) -> None:
    identity, _ = await ask(f"{ENTERPRISES}.{oid}", description)
    assert (identity.vendor, identity.kind.value) == (vendor, kind)
    assert identity.name == "nom"


async def test_the_first_two_questions_hold_one_variable_each() -> None:
    _, device = await ask(f"{ENTERPRISES}.9.1.1208", "Cisco IOS Software, C2960X Software")
    assert device.requests[:2] == [("get", 1, 0), ("get", 1, 0)]


@pytest.mark.parametrize(
    ("variable", "value", "vendor", "kind"),
    [
        (f"{ENTERPRISES}.6574.1.5.1.0", b"DS220+", "Synology", Kind.NAS),
        (f"{ENTERPRISES}.41112.1.6.3.3.0", b"UAP-AC-Lite", "Ubiquiti", Kind.ACCESS_POINT),
        (f"{ENTERPRISES}.24681.1.4.1.1.1.1.1.2.1.3.1", b"TS-453D", "QNAP", Kind.NAS),
        ("1.3.6.1.2.1.25.1.6.0", 120, "", Kind.SERVER),
        ("1.3.6.1.2.1.17.1.2.0", 28, "", Kind.SWITCH),
        ("1.3.6.1.2.1.43.5.1.1.1.1", 3, "", Kind.PRINTER),
        ("1.3.6.1.2.1.33.1.2.1.0", 2, "", Kind.UPS),
    ],
)
async def test_a_generic_agent_is_told_by_its_variables(
    variable: str, value: Value, vendor: str, kind: Kind
) -> None:
    identity, _ = await ask(f"{ENTERPRISES}.{NET_SNMP}", "Linux nas 4.4", **{variable: value})
    assert (identity.vendor, identity.kind) == (vendor, kind)


@pytest.mark.parametrize(
    "strange",
    [None, "0.0", "1.3", "1.3.6.1.4.1", "1.0.3.0.6.0.1.0", "0.9.43.6.1.4.1", b"\xff\0", 12, ""],
)
async def test_a_strange_sys_object_id_stops_nothing(strange: Value | None) -> None:
    ups: dict[str, Value] = {
        "1.3.6.1.2.1.33.1.1.1.0": b"Infosec",
        "1.3.6.1.2.1.33.1.1.2.0": b"XP 1500",
    }
    identity, _ = await ask(strange, "An agent", **ups)
    assert (identity.vendor, identity.model, identity.kind) == ("Infosec", "XP 1500", Kind.UPS)


@pytest.mark.parametrize(
    ("description", "vendor", "kind"),
    [
        ("Lexmark MS421dn", "Lexmark", Kind.PRINTER),
        ("NRG MP 2001", "Ricoh", Kind.PRINTER),
        ("NetApp Release 9.1", "NetApp", Kind.NAS),
        ("Dell Out-of-band SNMP Agent for Remote Access Controller", "Dell", Kind.SERVER),
        ("Anybrand 24-port gigabit switch", "", Kind.SWITCH),
        ("Anybrand outdoor access point", "", Kind.ACCESS_POINT),
        ("Anybrand Wireless LAN Controller", "", Kind.WIRELESS_CONTROLLER),
        ("Anybrand security gateway", "", Kind.FIREWALL),
        ("Anybrand DSL router with firewall", "", Kind.FIREWALL),
        ("Anybrand multifunction copier", "", Kind.PRINTER),
        ("Onduleur 1500 VA", "", Kind.UPS),
        ("Rack PDU, switched", "", Kind.GENERIC),
        ("Linux cups 5.10.0-23-amd64 #1 SMP Debian", "", Kind.SERVER),
        ("Linux printer-switch 5.10.0-23-amd64", "", Kind.SERVER),
        ("Backups of groups", "", Kind.GENERIC),
        ("Delta", "Delta", Kind.UPS),
        ("Deltas", "", Kind.GENERIC),
    ],
)
async def test_an_unknown_sys_object_id_leaves_the_words(
    description: str, vendor: str, kind: Kind
) -> None:
    identity, _ = await ask(f"{ENTERPRISES}.99999.1", description)
    assert (identity.vendor, identity.kind) == (vendor, kind)


@pytest.mark.parametrize(
    ("description", "model", "serial", "version"),
    [
        (
            "Anybrand XS1930-12HP switch, firmware v4.70, SN: S212L41",
            "XS1930-12HP",
            "S212L41",
            "4.70",
        ),
        ("Anybrand System WS-C6506-E", "WS-C6506-E", "", ""),
        ("Anybrand TeraBox TS5400R Ver.3.00 (2015/11/20)", "TS5400R", "", "3.00"),
        ("Anybrand serial console, SNMPv3, IPv6, hardware version 2.1", "", "", ""),
        ("Linux srv01 6.1.0-18-amd64 #1 SMP", "", "", "6.1.0-18-amd64"),
    ],
)
async def test_what_nothing_else_tells_is_guessed(
    description: str, model: str, serial: str, version: str
) -> None:
    identity, _ = await ask("0.0", description)
    assert (identity.model, identity.serial, identity.version) == (model, serial, version)


async def test_words_do_not_outweigh_a_known_sys_object_id() -> None:
    identity, _ = await ask(f"{ENTERPRISES}.674.10895.3000", "Ethernet Routing Switch")
    assert (identity.vendor, identity.kind) == ("Dell", Kind.SWITCH)
    identity, _ = await ask(f"{ENTERPRISES}.8741.1", "SonicWALL TZ 210 (SonicOS Enhanced 5.9.1)")
    assert (identity.vendor, identity.kind) == ("SonicWall", Kind.FIREWALL)
    assert (identity.model, identity.version) == ("TZ 210", "5.9.1")


async def test_what_many_answer_counts_least() -> None:
    host: dict[str, Value] = {"1.3.6.1.2.1.25.1.6.0": 118}
    printer: dict[str, Value] = {"1.3.6.1.2.1.43.5.1.1.17.1": b"X3B80"}
    ups: dict[str, Value] = {"1.3.6.1.2.1.33.1.1.1.0": b"HUAWEI"}
    identity, _ = await ask("0.0", "Some agent", **host, **printer)
    assert identity.kind is Kind.PRINTER
    identity, _ = await ask("0.0", "Linux GSE200M", **host, **ups)
    assert (identity.vendor, identity.kind) == ("Huawei", Kind.UPS)
    identity, _ = await ask("0.0", "A wireless bridge", **host)
    assert identity.kind is Kind.ACCESS_POINT


async def test_a_manufacturer_may_stand_in_entity_mib_or_before_the_model() -> None:
    entity = "1.3.6.1.2.1.47.1.1.1.1"
    chassis: dict[str, Value] = {
        f"{entity}.5.1": 3,
        f"{entity}.12.1": b"NETGEAR Inc.",
        f"{entity}.13.1": b"GS110",
    }
    identity, _ = await ask("0.0", "Gigabit switch", **chassis)
    assert (identity.vendor, identity.model) == ("Netgear", "GS110")
    printer: dict[str, Value] = {
        "1.3.6.1.2.1.43.5.1.1.17.1": b"S1",
        "1.3.6.1.2.1.25.3.2.1.3.1": b"EPSON WF-C5790BA",
    }
    identity, _ = await ask("0.0", "Built-in", **printer)
    assert (identity.vendor, identity.model) == ("Epson", "WF-C5790BA")


async def test_the_name_of_an_object_is_no_model() -> None:
    chassis: dict[str, Value] = {f"{ENTERPRISES}.25461.2.1.2.2.1.0": "1.3.6.1.4.1.25461.2.3.18"}
    description = "Palo Alto Networks PA-3000 series firewall"
    identity, _ = await ask(f"{ENTERPRISES}.25461.2.3.18", description, **chassis)
    assert identity.model == "PA-3000"


async def test_nothing_known_is_generic_and_no_error() -> None:
    identity, _ = await ask(f"{ENTERPRISES}.99999.1", "")
    assert identity.kind is Kind.GENERIC
    assert (identity.vendor, identity.model, identity.serial) == ("", "", "")


async def test_a_stack_takes_its_model_from_the_first_chassis_that_has_one() -> None:
    entity = "1.3.6.1.2.1.47.1.1.1.1"
    stack: dict[str, Value] = {
        f"{entity}.5.1": 11,
        f"{entity}.5.1001": 3,
        f"{entity}.5.2001": 3,
        f"{entity}.13.2001": b"JL074A",
        f"{entity}.11.2001": b"SG00",
        f"{entity}.10.2001": b"KB.16.11.0020",
    }
    identity, _ = await ask(f"{ENTERPRISES}.11.2.3.7.8.5.2", "HP Stack, revision KA.00", **stack)
    assert (identity.model, identity.serial) == ("JL074A", "SG00")
    assert identity.version == "KB.16.11.0020"


async def test_silence_is_told_to_the_caller() -> None:
    device = PretendDevice({})
    device.fault = SnmpTimeout("dead")
    with pytest.raises(SnmpTimeout):
        await identify(device.client())


def test_text_is_read_in_the_first_encoding_that_fits() -> None:
    assert text(b"lo\0\0") == "lo"
    assert decode("lycée".encode()) == "lycée"
    assert decode("lycée €".encode("cp1252")) == "lycée €"
    assert decode(b"\x81\xe9") == "\x81é"
    assert text(b" deux \r\n lignes ") == "deux lignes"
    assert (text(None), text(12)) == ("", "12")


def test_the_catalogue_knows_no_prefix_twice_and_every_kind_by_its_name() -> None:
    known = catalogue()
    assert len(known.products) > 100
    assert known.product("1.3.6.1.4.1.9.6.1.37.240.1") == ("Cisco", Kind.WIRELESS_CONTROLLER)
    assert known.product("2.999") == (None, None)
