"""An outage from the device to the annual report, everything real, as it is deployed."""

import csv
import urllib.parse
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from numlycee import app, config
from numlycee.adapters.portal import PortalMode
from numlycee.app.service import calendars
from numlycee.clock import SystemClock
from numlycee.domain.calendars import local_date, school_year_of, zone_of
from numlycee.domain.causes import Cause
from numlycee.domain.words import CAUSES
from numlycee.rates.windows import SETTLING
from tests.external.conftest import Certificates, StartPrometheus
from tests.external.house import (
    SITE,
    Collector,
    House,
    listening,
    need_ping,
    playing,
    until,
)
from tests.external.servers import HOST, Alertmanager, Server, Snmpd

ZONE = "Europe/Paris"
UP, DEGRADED, DOWN = 0, 1, 2
STOPPING = 1000
"""Milliseconds that the closing of a port may take."""
WATCHED = """\
[snmp.anciens]
version = "2c"
port = {snmp}
community = "{community}"
[snmp.default]
version = "3"
port = {snmp}
user = "{user}"
auth_protocol = "SHA"
auth_key = "{auth}"
priv_protocol = "AES-128"
priv_key = "{priv}"
[link]
outside = ["tcp:{host}:{outside}"]
lan = ["ping:{host}"]
[[service]]
id = "ent"
name = "ENT"
[[service.step]]
url = "{portal}"
shows = ["Mon ENT"]
[[equipment]]
id = "routeur"
kind = "router"
name = "Routeur d'accès"
address = "{host}"
snmp = "anciens"
[[equipment]]
id = "sw-coeur"
kind = "switch"
name = "Commutateur cœur"
address = "{host}"
tcp = {console}
[[equipment]]
id = "ap-b12"
kind = "wifi-ap"
name = "Borne B12"
address = "{host}"
parent = "sw-coeur"
snmp = "none"
"""


@dataclass(frozen=True)
class Later:
    """A clock in advance: what has just happened is long settled."""

    ahead: int

    def now(self) -> int:
        return SystemClock().now() + self.ahead

    def monotonic(self) -> float:
        return SystemClock().monotonic()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


@pytest.mark.timeout(240)
def test_an_outage_from_the_device_to_the_annual_report(
    tmp_path: Path,
    mosquitto_tls: Server,
    certificates: Certificates,
    snmpd: Snmpd,
    alertmanager: Alertmanager,
    prometheus: StartPrometheus,
) -> None:
    need_ping()
    clock = SystemClock()
    folder = tmp_path / "house"
    folder.mkdir()
    house = House(folder, mosquitto_tls.port, certificates, (alertmanager.url,))
    with listening() as outside, listening() as console, playing() as (portal, address):
        house.install_agent(
            WATCHED.format(
                host=HOST, snmp=snmpd.port, community=Snmpd.COMMUNITY, user=Snmpd.USER,
                auth=Snmpd.AUTH_PASSWORD, priv=Snmpd.PRIV_PASSWORD, outside=outside.port,
                console=console.port, portal=address,
            )
        )  # fmt: skip
        with house.inhabited():
            centre = house.collector
            scraper = prometheus(f"{HOST}:{centre.port}")
            everything_works(centre)

            before = clock.now()
            outside.close()
            console.close()
            snmpd.stop()
            portal.mode = PortalMode.MAINTENANCE
            everything_is_told(centre, alertmanager)
            series = 'numlycee_resource_state{resource="link"} == 2'
            assert scraper.query_until(series)[0]["metric"]["uai"] == SITE
            assert scraper.query_until("numlycee_agent_up == 1")

            shortest = clock.now() - before - STOPPING
            outside.open()
            console.open()
            longest = clock.now() - before
            snmpd.start()
            portal.mode = PortalMode.OK
            everything_is_over(centre, alertmanager)
            over = clock.now()
            until(lambda: house.accounts_beyond(over), "the return is settled", 60.0)
            until(house.is_complete, "the account is complete")
    the_report_tells_of_it(house, range(shortest, longest + 1))


def everything_works(centre: Collector) -> None:
    for resource in ("link", "ent", "routeur", "sw-coeur", "ap-b12"):
        until(partial(centre.is_in, resource, UP), f"{resource} is up")
    for device in ("routeur", "sw-coeur"):
        assert centre.metric("numlycee_device_uptime_seconds", uai=SITE, resource=device)
    assert centre.metric("numlycee_simulated") == 0
    page = centre.text(f"/lycees/{SITE}")
    assert "En panne" not in page
    assert "données simulées" not in page.lower()


def everything_is_told(centre: Collector, alertmanager: Alertmanager) -> None:
    until(partial(centre.is_in, "link", DOWN), "the link is down", 10)
    until(partial(centre.is_in, "sw-coeur", DOWN), "the core switch is down", 10)
    until(partial(centre.is_in, "ent", DOWN), "the ENT is down", 20)
    assert centre.state("routeur") == DEGRADED
    causes = {
        resource: centre.metric(
            "numlycee_outage_start_timestamp_seconds", resource=resource, cause=cause
        )
        for resource, cause in (
            ("link", "refused"), ("ent", "content"),
            ("sw-coeur", "refused"), ("routeur", "snmp-silent"),
        )
    }  # fmt: skip
    assert None not in causes.values()
    page = centre.text(f"/lycees/{SITE}")
    assert "En panne" in page
    assert "Dégradé" in page
    names = {"LienTHDCoupe", "EquipementCoeurEnPanne", "ENTIndisponible"}
    until(lambda: firing(alertmanager) == names, f"{names} fire", 10)
    (link,) = (a for a in alertmanager.alerts() if a["labels"]["resource"] == "link")
    assert link["labels"]["uai"] == SITE
    assert urllib.parse.urlsplit(link["generatorURL"]).path == f"/lycees/{SITE}"


def everything_is_over(centre: Collector, alertmanager: Alertmanager) -> None:
    for resource in ("link", "sw-coeur", "routeur", "ent"):
        until(partial(centre.is_in, resource, UP), f"{resource} is up again")
    until(lambda: not firing(alertmanager), "the alerts have ended", 10)
    assert centre.metric("numlycee_outages_closed_total") == 4


def firing(alertmanager: Alertmanager) -> set[str]:
    return {alert["labels"]["alertname"] for alert in alertmanager.alerts()}


def the_report_tells_of_it(house: House, truth: range) -> None:
    """Write the report by the command line, then as it will be once the outage has settled."""
    now = SystemClock().now()
    year = school_year_of(local_date(now, zone_of(ZONE)))
    house.numlycee("report", "--year", year, "--out", "rapport")
    assert (house.folder / "rapport/rapport.html").exists()
    settings = config.read(house.folder / "numlycee.toml")
    app.report(settings, year, house.folder / "settled", Later(SETTLING + 1000))
    figures = {
        row["classe"]: row
        for row in rows(house.folder / "settled/donnees/classes.csv")
        if row["heures"] == "24/7" and row["vue"] == "somme des lycées"
    }
    for name in ("Liens THD", "Réseau local", "ENT et services"):
        assert figures[name]["coupures"] == "1"
        assert 0 < int(figures[name]["panne_ms"]) <= truth[-1]
    owed = calendars(settings)[""].opening(now - truth[-1] - 60_000, now)
    told = {row["nom"]: row for row in rows(house.folder / "settled/donnees/incidents.csv")}
    if not owed:
        assert not told  # a day of holidays owes no service
        return
    assert set(told) == {"Liaison très haut débit", "ENT"}
    for row in told.values():
        assert (row["uai"], row["en_cours"]) == (SITE, "non")
    link = told["Liaison très haut débit"]
    assert int(link["duree_ms"]) <= truth[-1]
    assert truth[0] <= int(link["duree_ms"]) + int(link["incertitude_ms"])
    assert link["cause"] == CAUSES[Cause.REFUSED]
    assert told["ENT"]["cause"] == CAUSES[Cause.CONTENT]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as table:
        return list(csv.DictReader(table))
