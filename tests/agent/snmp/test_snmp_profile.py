import pytest

from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee.wire.messages import GAUGES
from numlycee_agent.snmp.profile import profile_of
from numlycee_agent.snmp.values import Columns, Value

UPS = "1.3.6.1.2.1.33.1"
APC = "1.3.6.1.4.1.318.1.1.1"
SOCOMEC = "1.3.6.1.4.1.4555.1.1.7.1"
ERRORS = "1.3.6.1.2.1.25.3.5.1.2"
SUPPLY = "1.3.6.1.2.1.43.11.1.1"
STORAGE = "1.3.6.1.2.1.25.2.3.1"
RUCKUS = "1.3.6.1.4.1.25053.1.2.1.1.1.15"
SENSOR = "1.3.6.1.2.1.99.1.1.1"
FIXED_DISK = "1.3.6.1.2.1.25.2.1.4"


def cause(kind: Kind, held: Columns) -> Cause | None:
    return next((rule.cause for rule in profile_of(kind).rules if rule.broken(held)), None)


def one(oid: str, value: Value) -> Columns:
    return {oid: {"": value}}


@pytest.mark.parametrize(
    ("kind", "oid", "value", "expected"),
    [
        (Kind.UPS, f"{UPS}.4.1.0", 3, None),
        (Kind.UPS, f"{UPS}.4.1.0", 5, Cause.POWER),
        (Kind.UPS, f"{UPS}.4.1.0", 4, Cause.PSU),
        (Kind.UPS, f"{UPS}.2.2.0", 12, Cause.POWER),
        (Kind.UPS, f"{UPS}.2.1.0", 3, Cause.BATTERY),
        (Kind.UPS, f"{UPS}.2.3.0", 4, Cause.BATTERY),
        (Kind.UPS, f"{UPS}.2.3.0", 65535, None),
        (Kind.UPS, f"{UPS}.2.3.0", -1, None),
        (Kind.UPS, f"{UPS}.2.4.0", 49, Cause.BATTERY),
        (Kind.UPS, f"{UPS}.4.4.1.5", 95, Cause.SATURATION),
        (Kind.UPS, f"{APC}.4.1.1.0", 3, Cause.POWER),
        (Kind.UPS, f"{APC}.4.1.1.0", 12, None),
        (Kind.UPS, f"{APC}.2.2.4.0", 2, Cause.BATTERY),
        (Kind.PRINTER, ERRORS, b"\x00", None),
        (Kind.PRINTER, ERRORS, b"\x01\x00", Cause.PRINTER),  # service requested
        (Kind.PRINTER, ERRORS, b"\xa0", None),  # low paper, low toner: warnings
        (Kind.PRINTER, ERRORS, b"\x40", Cause.SUPPLIES),  # no paper
        (Kind.PRINTER, ERRORS, b"\x00\x20", Cause.SUPPLIES),  # supply missing
        (Kind.PRINTER, ERRORS, b"", None),
        (Kind.PRINTER, ERRORS, 1, None),
        (Kind.PRINTER, "1.3.6.1.2.1.25.3.2.1.5.1", 3, None),
        (Kind.PRINTER, "1.3.6.1.2.1.25.3.2.1.5.1", 5, Cause.PRINTER),
        (Kind.SWITCH, "1.3.6.1.2.1.105.1.3.1.1.3", 3, Cause.POE),
        (Kind.SWITCH, "1.3.6.1.4.1.9.9.13.1.5.1.3", 5, None),  # not present
        (Kind.SWITCH, "1.3.6.1.4.1.9.9.13.1.5.1.3", 6, Cause.PSU),
        (Kind.NAS, "1.3.6.1.4.1.6574.3.1.1.3", 11, Cause.RAID),
        (Kind.NAS, "1.3.6.1.4.1.24681.1.4.1.1.1.1.5.2.1.4", b"Good", None),
        (Kind.NAS, "1.3.6.1.4.1.24681.1.4.1.1.1.1.5.2.1.4", b"Abnormal", Cause.DISK),
        (Kind.SERVER, "1.3.6.1.4.1.19046.11.1.1.4.2.1.2", b"NonRecoverable", Cause.SENSOR),
        (Kind.NAS, "1.3.6.1.4.1.789.1.6.4.7.0", 0, None),
        (Kind.NAS, "1.3.6.1.4.1.789.1.6.4.7.0", 1, Cause.DISK),
        (Kind.NAS, "1.3.6.1.4.1.50536.1.1.1.1.7", 1, Cause.RAID),
        (Kind.SERVER, "1.3.6.1.4.1.2.3.51.3.1.4.1.0", 255, None),
        (Kind.SERVER, "1.3.6.1.4.1.2.3.51.3.1.4.1.0", 2, Cause.SENSOR),
        (Kind.UPS, "1.3.6.1.4.1.705.1.7.3.0", 2, None),
        (Kind.UPS, "1.3.6.1.4.1.705.1.7.3.0", 1, Cause.POWER),
        (Kind.UPS, f"{SOCOMEC}.2.1.0", 3, None),  # charging
        (Kind.UPS, f"{SOCOMEC}.2.1.0", 6, Cause.BATTERY),
        (Kind.UPS, f"{SOCOMEC}.4.1.0", 6, Cause.PSU),
        (Kind.UPS, "1.3.6.1.4.1.935.10.1.1.3.1.0", 5, Cause.POWER),
    ],
)
def test_the_rules_of_the_kinds(kind: Kind, oid: str, value: Value, expected: Cause | None) -> None:
    assert cause(kind, one(oid, value)) is expected


def test_the_power_cut_comes_before_the_empty_battery() -> None:
    assert cause(Kind.UPS, one(f"{UPS}.4.1.0", 5) | one(f"{UPS}.2.1.0", 4)) is Cause.POWER


@pytest.mark.parametrize(
    ("level", "capacity", "expected"),
    [(5, 100, Cause.SUPPLIES), (6, 100, None), (-3, -2, None), (-3, 100, None), (0, 0, None)],
)
def test_a_supply_is_level_over_capacity(level: int, capacity: int, expected: Cause | None) -> None:
    held: Columns = {f"{SUPPLY}.9": {"1.1": level}, f"{SUPPLY}.8": {"1.1": capacity}}
    assert cause(Kind.PRINTER, held) is expected


def test_only_fixed_disks_fill_up() -> None:
    held: Columns = {
        f"{STORAGE}.2": {"1": "1.3.6.1.2.1.25.2.1.2", "2": FIXED_DISK},
        f"{STORAGE}.5": {"1": 100, "2": 100},
        f"{STORAGE}.6": {"1": 99, "2": 50},
    }
    assert cause(Kind.SERVER, held) is None
    held[f"{STORAGE}.6"]["2"] = 96
    assert cause(Kind.SERVER, held) is Cause.DISK


@pytest.mark.parametrize("mounted", [b"/dev", b"/run/user", b"/snap/core/1", b"D:\\ CD-ROM"])
def test_what_is_full_by_nature_is_no_full_disk(mounted: bytes) -> None:
    held: Columns = {
        f"{STORAGE}.2": {"1": FIXED_DISK, "2": FIXED_DISK},
        f"{STORAGE}.3": {"1": b"/srv", "2": mounted},
        f"{STORAGE}.5": {"1": 100, "2": 1},
        f"{STORAGE}.6": {"1": 30, "2": 1},
    }
    assert cause(Kind.SERVER, held) is None
    assert samples(Kind.SERVER, held)["storage_ratio"] == 0.3


def test_a_firewall_alone_is_in_step_with_itself() -> None:
    table: Columns = {"1.3.6.1.4.1.12356.101.13.2.1.1.12": {"1": 0}}
    assert cause(Kind.FIREWALL, table) is None
    table["1.3.6.1.4.1.12356.101.13.2.1.1.12"]["2"] = 1
    assert cause(Kind.FIREWALL, table) is Cause.HA


def test_access_points_missing_from_their_controller() -> None:
    held = one(f"{RUCKUS}.1.0", 11) | one(f"{RUCKUS}.15.0", 13)
    assert cause(Kind.WIRELESS_CONTROLLER, held) is Cause.ACCESS_POINTS
    held[f"{RUCKUS}.1.0"][""] = 13
    assert cause(Kind.WIRELESS_CONTROLLER, held) is None
    assert cause(Kind.WIRELESS_CONTROLLER, one(f"{RUCKUS}.1.0", 1)) is None


def test_samples_are_in_the_units_of_their_names() -> None:
    held = one(f"{APC}.2.3.1.0", 755) | one(f"{APC}.2.2.3.0", 152_200)
    assert samples(Kind.UPS, held) == {"charge_ratio": 0.755, "runtime_seconds": 1522.0}


def samples(kind: Kind, held: Columns) -> dict[str, float]:
    told: dict[str, float] = {}
    for gauge in profile_of(kind).gauges:
        if (sample := gauge.sample(held)) is not None:
            told.setdefault(gauge.name, sample)
    return told


def test_ports_are_counted_and_the_least_supply_is_told() -> None:
    ports: Columns = {"1.3.6.1.2.1.2.2.1.8": {"1": 1, "2": 2, "3": 1, "4": 6}}
    assert samples(Kind.SWITCH, ports) == {"ports": 4.0, "ports_up": 2.0}
    supplies: Columns = {f"{SUPPLY}.9": {"1": 40, "2": -3}, f"{SUPPLY}.8": {"1": 80, "2": 100}}
    assert samples(Kind.PRINTER, supplies) == {"supplies": 2.0, "supply_ratio": 0.5}


def test_a_sensor_is_scaled_and_told_from_its_neighbours() -> None:
    sensors: Columns = {
        f"{SENSOR}.1": {"1": 8, "2": 10, "3": 8},
        f"{SENSOR}.2": {"1": 8, "2": 9},
        f"{SENSOR}.3": {"1": 0, "2": 0, "3": 0},
        f"{SENSOR}.4": {"1": 27375, "2": 9000, "3": 99},
    }
    told = {"sensors": 3.0, "temperature_celsius": 27.375}
    assert samples(Kind.SWITCH, sensors) == told
    sensors[f"{SENSOR}.5"] = {"2": 3}
    assert cause(Kind.SWITCH, sensors) is Cause.SENSOR


def test_a_sensor_that_cannot_tell_is_left_out() -> None:
    sensors: Columns = {
        f"{SENSOR}.1": {"1": 8, "2": 8, "3": 8},
        f"{SENSOR}.2": {"1": 9, "2": 9, "3": 9},
        f"{SENSOR}.3": {"1": 0, "2": 0, "3": 0},
        f"{SENSOR}.4": {"1": 41, "2": 88, "3": 1_000_000_000},
        f"{SENSOR}.5": {"1": 1, "2": 2, "3": 1},
    }
    assert samples(Kind.SWITCH, sensors)["temperature_celsius"] == 41.0


def test_a_standard_says_before_a_guess() -> None:
    own, minutes = one("1.3.6.1.4.1.705.1.5.1.0", 2594), one(f"{UPS}.2.3.0", 43)
    assert samples(Kind.UPS, own | minutes)["runtime_seconds"] == 43 * 60
    assert samples(Kind.UPS, own)["runtime_seconds"] == 2594.0


def test_wifi_clients_are_summed_and_processors_averaged() -> None:
    clients: Columns = {"1.3.6.1.4.1.41112.1.6.1.2.1.8": {"1": 4, "2": 0, "3": 14}}
    assert samples(Kind.ACCESS_POINT, clients) == {"wifi_clients": 18.0}
    processors: Columns = {"1.3.6.1.2.1.25.3.3.1.2": {"1": 20, "2": 60}}
    assert samples(Kind.SERVER, processors) == {"cpu_ratio": 0.4}


def test_a_temperature_may_be_told_as_a_text() -> None:
    disks: Columns = {"1.3.6.1.4.1.24681.1.2.11.1.3": {"1": b"38 C/100 F", "2": b"--"}}
    assert samples(Kind.NAS, disks) == {"temperature_celsius": 38.0}


def test_a_share_may_stand_within_a_line() -> None:
    line = one("1.3.6.1.4.1.4413.1.1.1.1.4.9.0", b"    5 Secs (  7.15%)   60 Secs (  9.2%)")
    assert samples(Kind.SWITCH, line) == {"cpu_ratio": 0.0715}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_profile_and_samples_of_the_catalogue(kind: Kind) -> None:
    profile = profile_of(kind)
    assert {gauge.name for gauge in profile.gauges} <= GAUGES
    assert len(profile.scalars) == len(set(profile.scalars))
