"""A day's count of mobile devices, from the issued list in a lycée to the page of the centre."""

from datetime import timedelta
from pathlib import Path

import pytest

from numlycee.clock import SystemClock
from numlycee.domain import french
from numlycee.domain.calendars import local_date, zone_of
from numlycee_agent.mobile import listing, memory
from numlycee_agent.mobile.memory import Memory
from numlycee_agent.spool.disk import Disk
from tests.external.house import SITE, House, listening, until
from tests.external.servers import HOST, Server

WATCHED = """\
[mobile]
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur d'accès"
address = "{host}"
tcp = {port}
"""
HEADINGS = "Nom;Numéro de série;Adresse MAC;Statut\n"


def export(folder: Path) -> Path:
    """Write what GLPI would: eighteen devices, three of them under repair."""
    rows = [
        f"EIM-{i};5CD24{i:04d}Q;3c:52:82:a1:00:{i:02x};{'SAV' if i >= 15 else 'En service'}\n"
        for i in range(18)
    ]
    path = folder / "parc.csv"
    path.write_text(HEADINGS + "".join(rows), encoding="cp1252")
    return path


@pytest.mark.timeout(180)
def test_a_days_devices_are_counted_at_the_centre(tmp_path: Path, mosquitto: Server) -> None:
    house = House(tmp_path, mosquitto.port)
    yesterday = local_date(SystemClock().now(), zone_of("Europe/Paris")) - timedelta(days=1)
    with listening() as port:
        house.install_agent(WATCHED.format(host=HOST, port=port.port))
        command = ("mobile", "import", str(export(tmp_path)), "-c", "agent.toml")
        assert "18 équipements à compter" in house.numlycee_agent(*command)
        folder = tmp_path / "agent" / "mobile"
        issued = listing.load(folder / "list.json")
        assert issued is not None
        names = [one.name for one in issued.devices if one.standing == "issued"]
        seen = dict.fromkeys(names[:9], yesterday)
        memory.save(folder / "seen.json", Memory(yesterday, [], seen), Disk())
        with house.inhabited():
            told = until(lambda: _seen(house), "the count of devices at the centre", 90)
            page = house.collector.text(f"/lycees/{SITE}")
    assert told == 9
    assert f"le {french.calendar_day(yesterday)}" in page
    assert "moins de 5" in page
    assert house.collector.log.count("Traceback") == 0
    kept = memory.load(folder / "seen.json")
    assert (kept.waiting, kept.days) == ([], [yesterday])


def _seen(house: House) -> float | None:
    return house.collector.metric("numlycee_fleet_devices", uai=SITE, measure="seen", bound="low")
