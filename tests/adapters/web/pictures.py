"""A generator of pictures: a healthy Region, a bad day, and what else a page must bear."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from operator import add

from numlycee.collector.model import (
    BoardSnapshot,
    LedgerLine,
    LedgerSnapshot,
    LiveResource,
    LiveSite,
)
from numlycee.domain.causes import Cause, Owner, propose_owner
from numlycee.domain.devices import Cell, Fleet, hidden
from numlycee.domain.equipment import Item, parked
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Objective, Promises
from numlycee.domain.sites import Department, Site
from numlycee.domain.states import State
from numlycee.domain.tallies import Rate, Tally
from numlycee.domain.uai import check_letter
from numlycee.outages.model import OpenOutage, OutagesSnapshot
from numlycee.picture import Picture
from numlycee.rates.model import (
    REGION,
    WINDOW_NAMES,
    DayBar,
    Figures,
    Hours,
    Level,
    RatesSnapshot,
    Scope,
    Window,
)
from numlycee.rates.promised import Promised
from numlycee.wire.messages import VITALS

NOW = 1_795_449_840_000
"""23 November 2026, 17:04 in Paris."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
PLACES = (
    ("09", "Ariège", "Toulouse", 42.95, 1.50, 8),
    ("11", "Aude", "Montpellier", 43.10, 2.40, 14),
    ("12", "Aveyron", "Toulouse", 44.30, 2.65, 14),
    ("30", "Gard", "Montpellier", 43.95, 4.20, 24),
    ("31", "Haute-Garonne", "Toulouse", 43.50, 1.35, 48),
    ("32", "Gers", "Toulouse", 43.70, 0.45, 9),
    ("34", "Hérault", "Montpellier", 43.60, 3.45, 38),
    ("46", "Lot", "Toulouse", 44.60, 1.60, 8),
    ("48", "Lozère", "Montpellier", 44.50, 3.50, 5),
    ("65", "Hautes-Pyrénées", "Toulouse", 43.10, 0.15, 13),
    ("66", "Pyrénées-Orientales", "Montpellier", 42.60, 2.50, 16),
    ("81", "Tarn", "Toulouse", 43.80, 2.15, 17),
    ("82", "Tarn-et-Garonne", "Toulouse", 44.05, 1.35, 11),
)
NAMES = ("Jean-Jaurès", "La Borde-Basse", "Champollion", "Joffre", "Marie-Curie", "Dhuoda")
RESOURCES = (
    Resource("link", Kind.LINK, "Lien THD"),
    Resource("pare-feu", Kind.FIREWALL, "Pare-feu 10.1.2.3", parent="link"),
    Resource("sw-coeur", Kind.SWITCH, "Cœur 10.1.2.4", parent="pare-feu", vendor="Cisco"),
    Resource("sw-1", Kind.SWITCH, "Étage 1", parent="sw-coeur", vendor="Aruba"),
    Resource("ap-1", Kind.ACCESS_POINT, "Borne 1", parent="sw-1"),
    Resource("ap-2", Kind.ACCESS_POINT, "Borne 2", parent="sw-1"),
    Resource("ent", Kind.SERVICE, "ENT", parent="link"),
    Resource("imp-1", Kind.PRINTER, "Imprimante", parent="sw-1"),
)
CLASSES = tuple({resource.resource_class: None for resource in RESOURCES})
OBJECTIVES = {
    ResourceClass.LINK: Objective(
        ResourceClass.LINK, Rate(995, 1000), Hours.SERVICE, Owner.OPERATOR
    ),
    ResourceClass.LAN: Objective(ResourceClass.LAN, Rate(998, 1000), Hours.SERVICE, Owner.REGION),
    ResourceClass.SERVICE: Objective(
        ResourceClass.SERVICE, Rate(990, 1000), Hours.SERVICE, Owner.PUBLISHER
    ),
}
Trouble = tuple[str, State, Cause, int]
"""What ails a lycée: resource id, state, cause, for how long (milliseconds)."""
BAD_DAY: Mapping[int, Trouble] = {
    3: ("link", State.DOWN, Cause.TIMEOUT, 145 * MINUTE),
    25: ("ap-1", State.DOWN, Cause.SNMP_SILENT, 115 * MINUTE),
    64: ("sw-coeur", State.DOWN, Cause.SNMP_SILENT, 85 * MINUTE),
    90: ("ent", State.DEGRADED, Cause.SLOW, 58 * MINUTE),
    130: ("link", State.DOWN, Cause.TIMEOUT, 30 * MINUTE),
    150: ("link", State.DEGRADED, Cause.LOSS, 5 * MINUTE),
    201: ("sw-1", State.DEGRADED, Cause.TEMPERATURE, 125_000),
}
GAUGES: Mapping[Kind, Mapping[str, float]] = {
    Kind.LINK: {
        "rtt_seconds": 0.0123,
        "packet_loss_ratio": 0.0,
        "jitter_seconds": 0.0004,
        "target_2_rtt_seconds": 0.031,
    },
    Kind.SERVICE: {
        "first_byte_seconds": 0.21,
        "total_seconds": 0.64,
        "certificate_expiry_timestamp_seconds": 1_800_000_000.0,
    },
    Kind.SWITCH: {"uptime_seconds": 8_640_000.0, "temperature_celsius": 41.0, "ports_up": 24.0},
}


def sites(seed: int = 1) -> dict[str, Site]:
    """Return 225 fictitious lycées over the thirteen départements."""
    dice = random.Random(seed)
    found: dict[str, Site] = {}
    for code, name, academy, latitude, longitude, count in PLACES:
        department = Department(code, name, academy)
        for rank in range(count):
            digits = f"0{code}9{rank:03d}"
            uai = digits + check_letter(digits)
            found[uai] = Site(
                uai=uai,
                name=f"Lycée {NAMES[rank % len(NAMES)]}",
                commune=f"{name}-{rank + 1}",
                department=department,
                latitude=latitude + dice.uniform(-0.22, 0.22),
                longitude=longitude + dice.uniform(-0.35, 0.35),
                enrolment=dice.randint(200, 2200),
                operator=dice.choice(("Opérateur A", "Opérateur B")),
            )
    return found


def live(site: Site, trouble: Trouble | None = None, at: int = NOW) -> LiveSite:
    """Return the board's line of a lycée that answers, with at most one thing wrong."""
    return LiveSite(
        uai=site.uai,
        silent=False,
        last_seen=at - 12_000 - len(site.name) * 10,
        run="r1",
        version="0.1.0",
        clock_offset=40,
        head=120,
        resources=tuple(_live(site, resource, trouble, at) for resource in RESOURCES),
        vitals=dict.fromkeys(VITALS, 3.0) | {"resident_bytes": 42.0 * 2**20},
    )


def silent(site: Site, at: int = NOW) -> LiveSite:
    """Return the line of a lycée whose agent says nothing any more."""
    since = at - 7 * MINUTE
    return LiveSite(
        uai=site.uai,
        silent=True,
        last_seen=since,
        run="r1",
        version="0.1.0",
        clock_offset=0,
        head=90,
        resources=tuple(
            LiveResource(site.uai, resource, State.UNOBSERVED, Cause.AGENT, since)
            for resource in RESOURCES
        ),
    )


def _live(site: Site, resource: Resource, trouble: Trouble | None, at: int) -> LiveResource:
    state, cause, since = State.UP, None, at - 3 * DAY
    if trouble and trouble[0] == resource.id:
        state, cause, since = trouble[1], trouble[2], at - trouble[3]
    elif trouble and trouble[1] is State.DOWN and trouble[0] in _ancestors(resource):
        state, cause, since = State.UNREACHABLE, Cause.PARENT, at - trouble[3]
    return LiveResource(site.uai, resource, state, cause, since, GAUGES.get(resource.kind, {}))


def _ancestors(resource: Resource) -> set[str]:
    parents = {r.id: r.parent for r in RESOURCES}
    found: set[str] = set()
    parent = resource.parent
    while parent and parent != "link":  # the agent is inside: it sees its own network
        found.add(parent)
        parent = parents[parent]
    return found | ({"link"} if resource.kind is Kind.SERVICE else set())


def outage(site: Site, trouble: Trouble, at: int = NOW) -> OpenOutage:
    """Return the open outage of what ails a lycée."""
    resource = next(r for r in RESOURCES if r.id == trouble[0])
    return OpenOutage(
        site=site,
        resource=resource,
        state=trouble[1],
        cause=trouble[2],
        owner=propose_owner(resource.kind, trouble[2]),
        since=at - trouble[3],
        earliest=at - trouble[3] - 30_000,
        alerting=trouble[1] is State.DOWN,
    )


def picture(
    troubles: Mapping[int, Trouble] | None = None,
    *,
    fleet: Mapping[str, Site] | None = None,
    quiet: int | None = None,
    at: int = NOW,
) -> Picture:
    """Return a picture of a fleet in which the lycées of some ranks ail, and one may be silent."""
    fleet = sites() if fleet is None else fleet
    troubles = troubles or {}
    board = {
        site.uai: silent(site, at) if rank == quiet else live(site, troubles.get(rank), at)
        for rank, site in enumerate(fleet.values())
    }
    listed = list(fleet.values())
    opened = [outage(listed[rank], trouble, at) for rank, trouble in troubles.items()]
    if quiet is not None:
        dark = ("link", State.DOWN, Cause.SITE_DARK, 7 * MINUTE)
        opened.append(outage(listed[quiet], dark, at))
    opened.sort(key=lambda o: o.since)
    return Picture(
        at=at,
        region="Occitanie",
        zone="Europe/Paris",
        sites=fleet,
        board=BoardSnapshot(at, board),
        outages=OutagesSnapshot(at, tuple(opened), len(opened) + 4, 4),
        rates=rates(tuple(fleet.values()), at),
        ledger=LedgerSnapshot(
            at=at,
            epoch=1,
            commit=42,
            sites={
                uai: LedgerLine(uai, 365, 364, 3, 1, 0, int(rank % 50 == 0), int(rank % 90 == 0))
                for rank, uai in enumerate(fleet)
            },
            rejected={"malformed": 2},
        ),
        promised=Promised.to(fleet, Promises.of(OBJECTIVES.values())),
        simulated=True,
        fleets={uai: fleet_of(rank) for rank, uai in enumerate(fleet)},
    )


def fleet_of(rank: int) -> Fleet:
    """Return the mobile devices that a lycée counted the evening before."""
    counts = (540 + rank, 180, 3, 0, 12, 4, 31)
    return Fleet(date(2026, 11, 20), dict(zip(Cell, map(hidden, counts), strict=True)))


def healthy() -> Picture:
    """Everything works."""
    return replace(picture(), simulated=False)


def bad_day() -> Picture:
    """Seven lycées in trouble and one that says nothing."""
    return picture(BAD_DAY, quiet=40)


def regional() -> Picture:
    """The ENT answers nobody."""
    trouble = ("ent", State.DOWN, Cause.CONTENT, 12 * MINUTE)
    return picture(dict.fromkeys(range(225), trouble))


def one_silent() -> Picture:
    """Everything works as far as one can see; one agent is silent."""
    return picture(quiet=7)


def empty() -> Picture:
    """A fleet declared, nothing heard yet, nothing computed."""
    base = picture()
    return replace(
        base,
        board=BoardSnapshot(NOW, {}),
        rates=no_rates(),
        ledger=LedgerSnapshot(NOW, 1, 0, {}, {}),
    )


def no_sites() -> Picture:
    """Not even a fleet."""
    return replace(empty(), sites={}, promised=Promised.to({}, Promises()), simulated=False)


def early() -> Picture:
    """Agents answer, no rate has been computed yet."""
    return replace(picture(BAD_DAY), rates=no_rates())


def hostile() -> Picture:
    """Names that want to be markup, or never end."""
    fleet = dict(list(sites().items())[:4])
    one, two, three, four = fleet.values()
    fleet[one.uai] = replace(one, name="<script>alert(1)</script>", commune='"><img src=x>')
    fleet[two.uai] = replace(two, name="Lycée " + "Très-Long" * 30, commune="X" * 200)
    fleet[three.uai] = replace(three, name='\\"\n{{ 7*7 }}', operator='a\\b"c\nd')
    fleet[four.uai] = replace(four, latitude=0.0, longitude=0.0)
    return picture({0: BAD_DAY[3]}, fleet=fleet)


def listed() -> Picture:
    """Labels, a web site and a register of equipment, of which some want to be markup."""
    known = healthy()
    first, second, *_ = known.sites.values()
    labels = (("lot", '<b>"2"</b>'), ("zone", "rurale"))
    labelled = replace(first, labels=labels, web="https://lycee.example.fr/")
    items = (
        Item(first.uai, "sw-1", Kind.SWITCH, "Étage 1", contract="<i>GTR</i>", labels=labels),
        Item(first.uai, "imp-1", Kind.PRINTER, "Imprimante", owner=Owner.REGION),
        Item(first.uai, "ups-1", Kind.UPS, "Onduleur"),
        Item(second.uai, "sw-coeur", Kind.SWITCH, "Cœur"),
    )
    return replace(known, sites={**known.sites, first.uai: labelled}, equipment=parked(items))


PICTURES: Mapping[str, Callable[[], Picture]] = {
    "healthy": healthy,
    "bad-day": bad_day,
    "regional": regional,
    "one-silent": one_silent,
    "empty": empty,
    "no-sites": no_sites,
    "early": early,
    "hostile": hostile,
    "listed": listed,
}


def no_rates() -> RatesSnapshot:
    """Return rates of which nothing was computed."""
    return RatesSnapshot(NOW, windows(NOW), {}, {})


def windows(at: int) -> dict[str, Window]:
    """Return the rolling windows, three minutes behind."""
    spans = dict(zip(WINDOW_NAMES, (1 / 24, 1, 7, 30, 84), strict=True))
    end = at - 3 * MINUTE
    return {name: Window(name, end - int(days * DAY), end, end) for name, days in spans.items()}


@cache
def rates(fleet: tuple[Site, ...], at: int, seed: int = 2) -> RatesSnapshot:
    """Return figures that add up: sites make départements, académies and the Region."""
    dice = random.Random(seed)
    days: dict[tuple[Scope, ResourceClass], list[list[int]]] = {}
    for site in fleet:
        for name in CLASSES:
            month = [_day(dice, rank) for rank in range(30)]
            for scope in scopes(site):
                sums = days.setdefault((scope, name), [[0] * 7 for _ in month])
                for kept, day in zip(sums, month, strict=True):
                    kept[:] = map(add, kept, day)
    tables: dict[tuple[str, Hours], dict[tuple[Scope, ResourceClass], Figures]] = {}
    for window, count in zip(WINDOW_NAMES, (1, 1, 7, 30, 30), strict=True):
        for key, sums in days.items():
            figures = _figures(key[0], [sum(field) for field in zip(*sums[-count:], strict=True)])
            for hours in Hours:
                tables.setdefault((window, hours), {})[key] = figures
    bars = {key: tuple(_bars(sums)) for key, sums in days.items()}
    return RatesSnapshot(at - 3 * MINUTE, windows(at), tables, bars)


def _figures(scope: Scope, sums: list[int]) -> Figures:
    tally = Tally(*sums)
    resources = 1 if scope.level is Level.SITE else 225
    return Figures(
        resources, tally, tally, 3, tally.down, tally.down // 2, lost_pupil_ms=tally.down * 900
    )


def scopes(site: Site) -> tuple[Scope, ...]:
    """Return what a lycée is counted in."""
    return (
        REGION,
        Scope(Level.ACADEMY, site.department.academy),
        Scope(Level.DEPARTMENT, site.department.code),
        Scope(Level.SITE, site.uai),
    )


def _day(dice: random.Random, rank: int) -> list[int]:
    if rank % 7 >= 5:
        return [0] * 7
    required = 11 * HOUR
    down = dice.randint(5, 200) * MINUTE if dice.random() < 0.02 else 0
    edge = MINUTE if down else 0
    blind = dice.randint(30, 500) * MINUTE if dice.random() < 0.02 else 0
    degraded = dice.randint(0, 60) * MINUTE if dice.random() < 0.1 else 0
    blind = min(blind, required - down - edge - degraded)
    up = required - down - edge - blind - degraded
    return [required, up, degraded, down, 0, blind + edge, edge]


def _bars(month: list[list[int]]) -> list[DayBar]:
    first = date(2026, 10, 25)
    return [DayBar((first + timedelta(i)).isoformat(), Tally(*day)) for i, day in enumerate(month)]
