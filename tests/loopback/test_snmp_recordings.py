"""36 recorded devices of 26 makers: polled without exception or hang, identified, judged."""

import csv
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from numlycee.clock import SystemClock
from numlycee.domain.causes import Cause
from numlycee.domain.kinds import Kind
from numlycee_agent.ports import Health
from numlycee_agent.probes.snmp import SnmpStateProbe
from numlycee_agent.snmp.credentials import Community, Target
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.identity import Identity, identify
from numlycee_agent.snmp.text import text
from tests.loopback.snmp_responder import RECORDINGS, STATES, need, responding

CLOCK = SystemClock()
IF_TABLE = [f"1.3.6.1.2.1.2.2.1.{column}" for column in (2, 3, 7, 8)]
# Where the makers' owners changed, the recordings name the one or the other.
SAME = {"HPE/Aruba": "HPE", "HPE Aruba": "HPE", "OneAccess (Ekinops)": "OneAccess"}


@pytest.fixture(scope="session")
def expected() -> list[dict[str, str]]:
    with need(RECORDINGS / "expected.csv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


@pytest.fixture(scope="session")
def recordings(
    tmp_path_factory: pytest.TempPathFactory, expected: list[dict[str, str]]
) -> Iterator[Target]:
    files = [RECORDINGS / row["file"] for row in expected]
    with responding(tmp_path_factory.mktemp("recordings"), files) as target:
        yield target


@pytest.fixture
async def engines() -> AsyncIterator[Engines]:
    async with Engines() as engines:
        yield engines


def same(vendor: str) -> str:
    return SAME.get(vendor, vendor)


def near(told: str, truth: str) -> bool:
    return bool(told) and any(word in truth for word in told.replace("_", " ").split())


def stem(row: dict[str, str]) -> str:
    return Path(row["file"]).stem


async def test_every_device_is_identified(
    engines: Engines, recordings: Target, expected: list[dict[str, str]]
) -> None:
    found: dict[str, Identity] = {}
    took: list[float] = []
    for row in expected:
        began = time.perf_counter()
        found[row["file"]] = await identify(engines.open_client(recordings, Community(stem(row))))
        took.append(time.perf_counter() - began)
    wrong = [
        (row["file"], found[row["file"]].vendor, found[row["file"]].kind)
        for row in expected
        if same(found[row["file"]].vendor) != same(row["vendor"])
        or found[row["file"]].kind != row["kind"]
    ]
    print(f"\nidentified in {statistics.median(took):.3f} s (worst {max(took):.3f} s)")
    for field in ("model", "serial", "version"):
        told = [row for row in expected if row[field] not in ("", "<private>")]
        hits = sum(near(getattr(found[row["file"]], field), row[field]) for row in told)
        print(f"  {field}: {hits} of the {len(told)} that are known")
        assert hits >= 0.8 * len(told)
    assert not wrong
    assert max(took) < 3


async def test_every_device_is_judged(
    engines: Engines, recordings: Target, expected: list[dict[str, str]]
) -> None:
    for row in expected:
        client = engines.open_client(recordings, Community(stem(row)))
        probe = SnmpStateProbe(client, Kind(row["kind"]), CLOCK)
        for _ in range(2):
            seen = await probe.observe()
            degraded = row["suggested_state"] == "degraded"
            assert seen.health is (Health.DEGRADED if degraded else Health.OK), row["file"]
            assert seen.began < seen.ended < seen.began + 3000


async def test_every_interface_table_is_whole(
    engines: Engines, recordings: Target, expected: list[dict[str, str]]
) -> None:
    for row in expected:
        client = engines.open_client(recordings, Community(stem(row)))
        rows = await client.walk(IF_TABLE)
        if row["ifs_oper_known_raw"]:
            assert len(rows[IF_TABLE[3]]) == int(row["ifs_oper_known_raw"]), row["file"]


@pytest.mark.parametrize("version", ["1", "2c"])
async def test_the_oldest_agents_answer_v1(
    engines: Engines, recordings: Target, version: str
) -> None:
    credentials = Community("ruckuswireless_zd1100", "1" if version == "1" else "2c")
    identity = await identify(engines.open_client(recordings, credentials))
    assert (identity.vendor, identity.kind) == ("Ruckus", Kind.WIRELESS_CONTROLLER)


@pytest.mark.parametrize(
    ("overlay", "on", "kind", "cause"),
    [
        ("ups-apc-battery-ok", "apc_smtl1000-nmc3", Kind.UPS, None),
        ("ups-apc-battery-low", "apc_smtl1000-nmc3", Kind.UPS, Cause.BATTERY),
        ("synology-disk-ok", "dsm_ds214se-dsm7", Kind.NAS, None),
        ("synology-disk-warning", "dsm_ds214se-dsm7", Kind.NAS, Cause.DISK),
        ("synology-disk-critical", "dsm_ds214se-dsm7", Kind.NAS, Cause.DISK),
        ("synology-disk-failing", "dsm_ds214se-dsm7", Kind.NAS, Cause.DISK),
    ],
)
async def test_states_recorded_good_and_bad(
    engines: Engines, tmp_path: Path, overlay: str, on: str, kind: Kind, cause: Cause | None
) -> None:
    behaviour = {on: {"overlay": str(need(STATES / f"{overlay}.snmpwalk"))}}
    with responding(tmp_path, [RECORDINGS / f"{on}.snmprec"], behaviour) as target:
        client = engines.open_client(target, Community(on))
        assert (await SnmpStateProbe(client, kind, CLOCK).observe()).cause is cause


@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ("system-health-ok", None),
        ("system-health-critical", Cause.SENSOR),
        ("system-health-nonRecoverable", Cause.SENSOR),
    ],
)
async def test_the_board_of_a_server_tells_its_health(
    engines: Engines, tmp_path: Path, state: str, cause: Cause | None
) -> None:
    with responding(tmp_path, [STATES / f"{state}.snmpwalk"]) as target:
        client = engines.open_client(target, Community(state))
        assert (await SnmpStateProbe(client, Kind.SERVER, CLOCK).observe()).cause is cause


@pytest.mark.parametrize(
    "defect",
    [
        {"no_bulk": "drop"},
        {"no_bulk": "genErr"},
        {"bulk_toobig_over": 8},
        {"bulk_skip_over": 55},
        {"max_oids": 4, "max_oids_mode": "tooBig"},
        {"max_oids": 4},
        {"max_size": 484},
        {"max_rep_cap": 3},
        {"drop": 0.1},
        {"delay_ms": 60, "jitter_ms": 60},
    ],
    ids=str,
)
async def test_defects_of_agents_lose_no_row(
    engines: Engines, tmp_path: Path, defect: dict[str, object]
) -> None:
    name = "dlink_dgs-1510-28xmp-me"
    file = RECORDINGS / f"{name}.snmprec"
    waits = (0.2, 0.4, 0.8, 1.6) if "drop" in defect else (0.4,)
    with responding(tmp_path, [file], {name: defect}) as target:
        patient = Target(target.host, target.port, waits)
        client = engines.open_client(patient, Community(name))
        identity = await identify(client)
        assert (identity.vendor, identity.model) == ("D-Link", "DGS-1510-28XMP/ME")
        rows = await client.walk(IF_TABLE)
        assert [len(column) for column in rows.values()] == [33] * 4


async def test_a_table_that_loops_ends(engines: Engines, tmp_path: Path) -> None:
    looping = tmp_path / "looping.snmprec"
    column = "1.0.8802.1.1.2.1.4.1.1.9"
    order = (1, 2, 5, 3, 4, 2, 5)
    looping.write_text("".join(f"{column}.0.{row}.1|4|neighbour {row}\n" for row in order))
    with responding(tmp_path, [looping], {"looping": {"raw_order": True}}) as target:
        client = engines.open_client(target, Community("looping"))
        rows = (await client.walk([column]))[column]
        assert [text(value) for value in rows.values()] == [
            f"neighbour {row}" for row in (1, 2, 5, 3, 4)
        ]


async def test_a_wrap_of_the_uptime_is_no_reboot(engines: Engines, tmp_path: Path) -> None:
    name = "dlink_des-3526"
    behaviour = {name: {"uptime_cs": 2**32 - 50}}
    with responding(tmp_path, [RECORDINGS / f"{name}.snmprec"], behaviour) as target:
        client = engines.open_client(target, Community(name))
        probe = SnmpStateProbe(client, Kind.SWITCH, CLOCK)
        first = await probe.observe()
        await CLOCK.sleep(1)
        second = await probe.observe()
    assert second.gauges["uptime_seconds"] < first.gauges["uptime_seconds"]
    assert second.changed_at is None
