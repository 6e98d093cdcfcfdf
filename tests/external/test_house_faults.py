"""What breaks in a house, killed for real: nothing confirmed is lost, nothing bad has effect."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError

import paho.mqtt.publish
import pytest

from numlycee.adapters.sql import open_reader
from numlycee.clock import SystemClock
from numlycee.wire.reading import MAXIMUM_BYTES
from tests.collector.centre import STEP, Agent, Message, down
from tests.external.conftest import Certificates
from tests.external.house import SITE, House, Listener, listening, until
from tests.external.servers import HOST, Server, http_answers, running

CLOCK = SystemClock()
STRANGER = "0340038G"
WATCHED = """\
[link]
outside = ["tcp:{host}:{port}"]
lan = ["tcp:{host}:{port}"]
[[equipment]]
id = "sw-coeur"
kind = "switch"
name = "Commutateur cœur"
address = "{host}"
tcp = {port}
"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte, where this process may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def grown(house: House, by: int = 3) -> None:
    """Wait until the account of the site has grown."""
    before = house.ledger().stored
    until(lambda: house.ledger().stored >= before + by, "the account grows")


def whole(house: House) -> None:
    """Stop the agent, let it say its last words, and see that nothing is missing or torn."""
    grown(house)
    house.agent.stop()
    until(house.is_complete, "the account is complete")
    line = house.ledger()
    assert (line.missing, line.declared_lost, line.refused, line.conflict) == (0, 0, 0, 0)
    with open_reader(house.database).history() as history:
        rows = sorted(history.coverage(0, 1 << 60), key=lambda row: row.start)
    runs = len({row.run for row in rows})
    assert runs == len(rows)
    assert runs - house.agent.lives in {0, 1}, (
        "one run more where the machine did not know the time"
    )
    assert all(before.end <= after.start for before, after in pairwise(rows))


@pytest.mark.timeout(180)
def test_nothing_is_lost_when_each_part_is_killed(
    tmp_path: Path, mosquitto_tls: Server, certificates: Certificates, listener: Listener
) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    house = House(folder, mosquitto_tls.port, certificates)
    house.install_agent(WATCHED.format(host=HOST, port=listener.port))
    with house.inhabited():
        grown(house)
        house.collector.kill()
        mosquitto_tls.kill()
        assert house.agent.process is not None
        assert house.agent.process.poll() is None
        mosquitto_tls.start()
        house.collector.start()
        grown(house)
        mosquitto_tls.restart()
        grown(house)
        house.agent.kill()
        house.agent.start()
        until(lambda: http_answers(house.collector.url + "/-/ready"), "the centre is ready")
        whole(house)


@pytest.mark.timeout(120)
def test_a_full_disk_confirms_nothing_and_loses_nothing(
    tmp_path: Path, full_disk: Path, mosquitto: Server, listener: Listener
) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    house = House(folder, mosquitto.port, store="../disk/numlycee.db")
    house.install_agent(WATCHED.format(host=HOST, port=listener.port))
    ballast = full_disk / "ballast"
    with house.inhabited():
        grown(house)
        fill(ballast)
        until(lambda: "nothing is confirmed" in house.collector.log, "the store takes no more")
        stored = house.ledger().stored
        until(lambda: not house.is_complete(), "the agent keeps what is not confirmed")
        assert not http_answers(house.collector.url + "/-/ready")
        assert http_answers(house.collector.url + "/-/healthy")
        with pytest.raises(HTTPError) as refused:
            house.collector.text("/-/ready")
        assert "le stockage ne répond pas" in refused.value.read().decode()
        assert house.ledger().stored == stored
        ballast.unlink()
        until(lambda: http_answers(house.collector.url + "/-/ready"), "the centre is ready again")
        whole(house)


def fill(ballast: Path) -> None:
    """Write until nothing more fits on the disk."""
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            with suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass


def hostile(writer: Agent, now: int) -> list[Message]:
    """Every kind of bad input, after an honest beginning of which it must change nothing."""
    topic = f"numlycee/v1/{SITE}/up/bulletin"
    honest = writer.bulletin()
    twin = replace(honest, spells=(down("link", honest.start, honest.end),))
    unknown = replace(writer, seq=writer.seq)
    stranger = replace(writer, uai=STRANGER, run="00000000000000cc")
    future = Agent(run="00000000000000dd", began=now, end=now + 3_600_000)
    return [
        (topic, b"\xff{not json"),
        (topic, b'{"v":1,"sent":%d,"records":[' % now + b" " * MAXIMUM_BYTES + b"]}"),
        (topic, json.dumps({"v": 1, "sent": now, "records": [{"type": "bulletin"}]}).encode()),
        (f"numlycee/v1/{SITE}/up/now", b"[]"),
        writer.sends(honest, sent=now),
        writer.sends(honest, sent=now),
        writer.sends(twin, sent=now),
        unknown.sends(
            unknown.bulletin(down("nobody", writer.end, writer.end + STEP)), sent=now
        ),
        stranger.sends(stranger.listing(), sent=now),
        future.sends(future.listing(), future.bulletin(), sent=now),
    ]  # fmt: skip


def publish(broker: Server, messages: list[Message]) -> None:
    paho.mqtt.publish.multiple(
        [(topic, payload, 1, False) for topic, payload in messages], HOST, broker.port
    )


@pytest.mark.timeout(120)
def test_hostile_input_is_counted_and_has_no_effect(tmp_path: Path, mosquitto: Server) -> None:
    folder = tmp_path / "house"
    folder.mkdir()
    house = House(folder, mosquitto.port)
    now = CLOCK.now()
    writer = Agent(began=now - 100 * STEP, end=now - 100 * STEP)
    with running(house.collector) as centre:
        publish(mosquitto, [writer.sends(writer.listing(), writer.bulletin(), sent=now)])
        until(lambda: house.ledger().stored == 2, "the honest beginning is stored")
        for _ in range(20):
            publish(mosquitto, hostile(replace(writer), now))
        until(lambda: house.ledger().conflict == 20, "everything has arrived")
        line = house.ledger()
        assert (line.stored, line.refused) == (4, 2)
        assert (line.duplicate, line.missing, line.declared_lost) == (20 + 19 + 19 * 3, 0, 0)
        rejected = partial(house.collector.metric, "numlycee_ledger_rejected_records")
        until(lambda: rejected(reason="unknown-site") == 20, "strangers are counted")
        assert rejected(reason="malformed") == 80
        refused = {"uai": SITE, "outcome": "refused"}
        assert house.collector.metric("numlycee_ledger_records", **refused) == 2
        assert http_answers(centre.url + "/-/ready")
        with open_reader(house.database).history() as history:
            (row,) = [r for r in history.coverage(0, 1 << 60) if r.run == writer.run]
            assert (row.start, row.end) == (writer.began, writer.began + 2 * STEP)
            assert list(history.spells(0, 1 << 60)) == []
            assert all(uai == SITE for uai, _ in history.inventories())
        warned = [line for line in centre.log.splitlines() if line.startswith("WARNING")]
        assert 2 <= len(warned) <= 4  # one a minute for the site, one for strangers
        grows = replace(writer, seq=4, end=writer.began + 3 * STEP)
        publish(mosquitto, [grows.sends(grows.bulletin(), sent=now)])
        until(lambda: house.ledger().stored == 5, "the honest go on")
