"""All that an agent says, keeps or logs, searched for all that it was ever told of devices."""

import asyncio
import hashlib
import logging
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from numlycee.domain.devices import Cell
from numlycee.wire.records import Bulletin
from numlycee_agent.config.mobile import LeaseFormat, Leases, Mobile
from numlycee_agent.local.sight import Inside, take
from numlycee_agent.mobile import command
from numlycee_agent.mobile.assembly import counting
from numlycee_agent.mobile.hashing import octets_of
from numlycee_agent.mobile.journal import CountedJournal
from numlycee_agent.mobile.leases import LeaseFile
from numlycee_agent.mobile.ports import Beacon, Source
from numlycee_agent.mobile.sightings import Sightings
from numlycee_agent.mobile.stations import SnmpTables, Where, tables
from numlycee_agent.ports import Watched
from numlycee_agent.snmp.values import SnmpTimeout, Value
from numlycee_agent.spool.spool import Spool
from numlycee_agent.telling.publisher import Publisher
from numlycee_agent.watching.site import SiteAgent
from tests.agent.centre import IDENTITY, Centre, FakeBroker
from tests.agent.mobile.school import MONDAY, Laptop, at
from tests.agent.mobile.test_mobile_sources import Shelf
from tests.agent.virtual import VirtualClock
from tests.agent.watching import TrueProbe, Truth, resource

AGENT = """\
uai = "0310036W"
data = "data"
receipt_key_file = "receipt.key"
[mqtt]
host = "mqtt.example"
[snmp.default]
version = "2c"
community = "public"
[[equipment]]
id = "wlc-1"
kind = "wifi-controller"
name = "Contrôleur"
address = "10.31.0.9"
[mobile]
wifi = ["wlc-1"]
"""
LAPTOPS = [Laptop(i) for i in range(40)]
EVENING = at(MONDAY, 21)
PHONE = bytes.fromhex("5a01f2e3d4c5")
TEACHER = bytes.fromhex("a4bb6d112233")
FIRST_NAMES = ("Zoé", "Léo", "Inès", "Eva", "Noam", "Lina", "Sacha", "Tom")


def name_of(laptop: Laptop) -> str:
    return f"EIM-{FIRST_NAMES[laptop.number % 8].upper()}-{laptop.number:04d}"


def user_of(laptop: Laptop) -> str:
    return f"{FIRST_NAMES[laptop.number % 8].lower()}.dupont{laptop.number}"


def ip_of(laptop: Laptop) -> str:
    return f"10.31.4.{100 + laptop.number}"


def export() -> str:
    rows = ["Nom;Statut;Numéro de série;Adresse MAC;Usager;Adresse IP"]
    rows += [
        f"{name_of(one)};En service;{one.serial};{one.mac.hex(':')};{user_of(one)};{ip_of(one)}"
        for one in LAPTOPS
    ]
    rows.append(f"EIM-PERDU;Chez {user_of(LAPTOPS[3])};{LAPTOPS[3].serial};;;")
    rows.append(f"EIM-RIEN;En service;;{user_of(LAPTOPS[4])};;")
    return "\n".join(rows)


def leases(now: int) -> str:
    return "".join(
        f"{now // 1000 + 3600} {one.mac.hex(':')} {ip_of(one)} {name_of(one)} *\n"
        for one in LAPTOPS[10:20]
    )


def rows() -> dict[str, Value]:
    macs = [*(one.mac for one in LAPTOPS[:12]), PHONE, TEACHER]
    return {".".join(map(str, mac)): 3 for mac in macs}


class SyncLeases(LeaseFile):
    """Reads at once, where virtual time waits for no thread."""

    async def addresses(self, at: int) -> set[bytes]:
        return self._read(at)


class Silent:
    """A source that cannot be asked, and says why with what it was about to say."""

    async def addresses(self, at: int) -> set[bytes]:
        raise SnmpTimeout(f"no answer about {LAPTOPS[0].mac.hex(':')}")


@dataclass
class Listener(Centre):
    """A centre that keeps every payload it was ever sent."""

    heard: list[bytes] = field(default_factory=list)

    def handle(self, topic: str, payload: bytes) -> bytes | None:
        self.heard.append(topic.encode() + payload)
        return super().handle(topic, payload)


@dataclass
class School:
    """A whole agent but for its sockets, and all that came out of it."""

    folder: Path
    centre: Listener
    said: str
    log: str

    def traces(self) -> Iterator[tuple[str, bytes]]:
        yield from ((f"payload {i}", payload) for i, payload in enumerate(self.centre.heard))
        for path in sorted((self.folder / "data").rglob("*")):
            yield f"name of {path.name}", str(path.relative_to(self.folder)).encode()
            if path.is_file():
                yield str(path.name), path.read_bytes()
        yield "command", self.said.encode()
        yield "log", self.log.encode()


async def a_day(folder: Path, caplog: pytest.LogCaptureFixture) -> School:
    caplog.set_level(logging.DEBUG)
    (folder / "agent.toml").write_text(AGENT)
    (folder / "parc.csv").write_text(export())
    (folder / "leases").write_text(leases(EVENING))
    options = Namespace(config=folder / "agent.toml", files=[folder / "parc.csv"], dry_run=False)
    clock, centre = VirtualClock(EVENING), Listener()
    said = [*command.take_in(options, clock), *command.take_in(options, clock)]
    mobile = Mobile(key_file=folder / "mobile.key")
    count = counting(folder / "data" / "mobile", mobile)
    table = next(table for table in tables("wifi") if table.mac is Where.LAST)
    sources: dict[str, Source] = {
        "wifi wlc-1": SnmpTables(Shelf({table.column: rows()}), "wifi"),
        "routers fw": Silent(),
        "leases 1": SyncLeases(Leases(folder / "leases", LeaseFormat.DNSMASQ), count.days),
    }
    probe = TrueProbe(clock, [Truth()])
    with Spool(folder / "data" / "spool", clock) as spool:
        site = SiteAgent(
            [Watched(resource("wlc-1", period=60), probe)],
            CountedJournal(spool, count),
            clock,
            bulletin_period=60,
        )
        publisher = Publisher(FakeBroker(centre), spool, site, IDENTITY, clock, chance=Random(1))
        async with asyncio.TaskGroup() as group:
            work = (site.run(), publisher.run(), Sightings(count, sources, clock, 600).run())
            tasks = [group.create_task(one) for one in work]
            await clock.advance(3600)
            for one in LAPTOPS[20:25]:
                assert count.saw_beacon(clock.now(), Beacon(one.serial, battery=0.4, ent=True))
            said.append(repr((count, count.today(clock.now()), Beacon(LAPTOPS[1].serial))))
            said.append(repr(take(Inside("0310036W", "1", site, spool, publisher, count))))
            await clock.advance(2 * 3600)
            for task in tasks:
                task.cancel()
    said += command.show(options, clock)
    return School(folder, centre, "\n".join(said), caplog.text)


def spellings(mac: bytes) -> set[bytes]:
    written = [mac.hex(), mac.hex(":"), mac.hex("-"), mac.hex(".", 2), ".".join(map(str, mac))]
    short = ":".join(f"{octet:x}" for octet in mac)
    texts = (mac, mac.hex().encode(), mac.hex(":").encode())
    digests = [hashlib.new(how, text) for how in ("md5", "sha1", "sha256") for text in texts]
    found = {text.encode() for text in (*written, short)}
    found |= {text.upper() for text in found}
    return found | {mac} | {one.hexdigest()[:32].encode() for one in digests}


def identifiers() -> Iterator[bytes]:
    for one in LAPTOPS:
        yield from spellings(one.mac)
        serial = one.serial.encode()
        yield from (serial, serial.lower(), hashlib.sha256(serial).hexdigest()[:32].encode())
        yield from (name_of(one).encode(), user_of(one).encode(), ip_of(one).encode())
    yield from spellings(PHONE)
    yield from spellings(TEACHER)
    yield from (word.encode() for word in ("EIM-PERDU", "EIM-RIEN", "dupont"))


async def test_of_all_that_went_in_nothing_comes_out_nor_the_key(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    school = await a_day(tmp_path, caplog)
    found = [
        (place, identifier)
        for place, trace in school.traces()
        for identifier in identifiers()
        if identifier in trace
    ]
    assert found == []
    fleets = [r.fleet for r in school.centre.stored.values() if isinstance(r, Bulletin) and r.fleet]
    assert [fleet.day for fleet in fleets] == [MONDAY]
    assert fleets[0].cells[Cell.SERVICEABLE_SEEN] == 20
    assert fleets[0].cells[Cell.NON_COMPLIANT_SEEN] == 5
    assert fleets[0].cells[Cell.NEVER_SEEN] == 15

    key = (tmp_path / "mobile.key").read_text().strip()
    secrets = (key.encode(), key.upper().encode(), bytes.fromhex(key))
    assert not [place for place, trace in school.traces() if any(s in trace for s in secrets)]
    assert (tmp_path / "mobile.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "data" / "mobile").stat().st_mode & 0o077 == 0


def test_the_search_itself_finds_what_leaks() -> None:
    """Each spelling is one that `octets_of` or an index would have given the agent."""
    mac = LAPTOPS[1].mac
    assert octets_of("3c:52:82:a1:00:01") == mac
    wanted = set(identifiers())
    for leak in (b"3C-52-82-A1-00-01", b"60.82.130.161.0.1", b"3c5282a10001", b"5cd240001q", mac):
        assert leak in wanted
