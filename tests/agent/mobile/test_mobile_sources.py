"""Where devices are seen: tables of the network's equipment, and files of leases."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from numlycee_agent.config.mobile import LeaseFormat, Leases
from numlycee_agent.mobile.days import SchoolDays
from numlycee_agent.mobile.leases import READERS, LeaseFile
from numlycee_agent.mobile.stations import SnmpTables, Where, tables
from numlycee_agent.snmp.values import Columns, Oid, Value
from tests.agent.mobile.school import MONDAY, Laptop, at

DAYS = SchoolDays("Europe/Paris", (1, 2, 3, 4, 5), ())
ONE, TWO = Laptop(1).mac, Laptop(300).mac
GROUP = bytes.fromhex("01005e000001")
NOON = at(MONDAY, 11) // 1000
SUNDAY = NOON - 86_400


class Shelf:
    """A device that answers walks out of a dictionary, and remembers what it was asked."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.asked: list[Oid] = []

    async def get(self, oids: Sequence[Oid]) -> dict[Oid, Value]:
        raise AssertionError(oids)

    async def walk(self, columns: Sequence[Oid], *, max_rows: int = 1000) -> Columns:
        if max_rows > 1:
            self.asked += columns
        return {
            column: dict(list(self.columns.get(column, {}).items())[:max_rows])
            for column in columns
        }

    def close(self) -> None:
        pass


def index(mac: bytes) -> str:
    return ".".join(map(str, mac))


@pytest.mark.parametrize("source", ["wifi", "bridges", "routers"])
async def test_devices_are_found_in_every_table_that_is_known(source: str) -> None:
    for table in tables(source):
        value: Value = next(iter(table.present), 7)
        rows: dict[Where, dict[str, Value]] = {
            Where.LAST: {f"12.{index(ONE)}": value, f"12.{index(TWO)}": value},
            Where.FIRST: {f"{index(ONE)}.12": value, f"{index(TWO)}.12": value},
            Where.VALUE: {"1.10.0.0.1": ONE, "1.10.0.0.2": b"3c:52:82:a1:01:2c"},
        }
        shelf = Shelf({table.column: rows[table.mac]})
        assert await SnmpTables(shelf, source).addresses(0) == {ONE, TWO}
        assert shelf.asked == [table.column]


async def test_who_is_only_probing_is_not_there() -> None:
    status = next(table.column for table in tables("wifi") if table.present)
    shelf = Shelf({status: {index(ONE): 3, index(TWO): 7}})
    assert await SnmpTables(shelf, "wifi").addresses(0) == {ONE}


async def test_rows_that_make_no_sense_are_passed_over() -> None:
    column = tables("bridges")[0].column
    rows: dict[str, Value] = {"1.2.3": 1, "1.999.0.0.0.0.1": 1, f"1.{index(bytes(6))}": 1}
    rows |= {f"1.{index(GROUP)}": 1, f"4094.{index(TWO)}": 1}
    assert await SnmpTables(Shelf({column: rows}), "bridges").addresses(0) == {TWO}


def test_no_column_tells_of_a_user_a_name_or_an_address() -> None:
    """In the tables that also have such columns, only the one named here is ever walked."""
    columns = {
        table.column for source in ("wifi", "bridges", "routers") for table in tables(source)
    }
    assert len(columns) == 16
    private = ("14179.2.1.4.1.2", "14179.2.1.4.1.3", "9.9.599.1.3.1.1.27", "12356.101.14.5.1.9")
    assert not [one for one in private if f"1.3.6.1.4.1.{one}" in columns]


DNSMASQ = f"""\
{NOON + 3600} 3c:52:82:a1:00:01 10.31.4.17 EIM-ZOE 01:3c:52:82:a1:00:01
{SUNDAY + 3600} 3c:52:82:a1:01:2c 10.31.4.18 EIM-LEO *
0 3c:52:82:a1:00:09 10.31.4.19 static *
duid 00:01:00:01:2c
"""
ISC = """\
# leases
lease 10.31.4.17 {
  starts 0 2026/11/22 07:00:00;
  cltt 1 2026/11/23 11:00:00;
  binding state active;
  hardware ethernet 3c:52:82:a1:00:01;
  client-hostname "EIM-ZOE";
}
lease 10.31.4.18 {
  starts 0 2026/11/22 11:00:00;
  ends 2 2026/11/24 11:00:00;
  hardware ethernet 3c:52:82:a1:01:2c;
}
lease 10.31.4.19 {
  starts epoch EPOCH; # Mon Nov 23
  hardware ethernet 3c:52:82:a1:00:07;
}
lease 10.31.4.20 {
  cltt 1 2026/99/23 11:00:00;
  hardware ethernet 3c:52:82:a1:00:08;
}
""".replace("EPOCH", str(NOON))
KEA = f"""\
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state
10.31.4.17,3c:52:82:a1:00:01,01:3c,86400,{NOON + 86_400},1,0,0,eim-zoe,0
10.31.4.18,3c:52:82:a1:01:2c,,86400,{SUNDAY + 86_400},1,0,0,eim-leo,0
10.31.4.19,,,x,y,1,0,0,,0
"""


@pytest.mark.parametrize(
    ("format_", "text", "seen"),
    [
        (LeaseFormat.DNSMASQ, DNSMASQ, {ONE}),
        (LeaseFormat.ISC, ISC, {ONE, Laptop(7).mac}),
        (LeaseFormat.KEA, KEA, {ONE}),
    ],
    ids=str,
)
async def test_a_lease_tells_of_the_day_it_was_renewed(
    tmp_path: Path, format_: LeaseFormat, text: str, seen: set[bytes]
) -> None:
    path = tmp_path / "leases"
    path.write_text(text)
    assert await LeaseFile(Leases(path, format_), DAYS).addresses(NOON * 1000) == seen


@pytest.mark.parametrize("format_", LeaseFormat)
async def test_a_file_of_anything_gives_nobody(tmp_path: Path, format_: LeaseFormat) -> None:
    path = tmp_path / "leases"
    path.write_bytes(b"\xff\x00lease { \n99999999999999999999 3c:52:82:a1:00:01 a b\n,,,\n")
    assert await LeaseFile(Leases(path, format_), DAYS).addresses(NOON * 1000) == set()
    with pytest.raises(FileNotFoundError):
        await LeaseFile(Leases(tmp_path / "none", format_), DAYS).addresses(0)


def test_every_format_has_its_reader() -> None:
    assert set(READERS) == set(LeaseFormat)
