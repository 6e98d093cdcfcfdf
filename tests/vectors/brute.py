"""A judge that knows nothing of numlycee: it asks of every instant what was said of it.

Nothing of `numlycee` is imported here, and nothing is clever: time is cut into steps so short that
nothing happens inside one, each step gets a label, and labels are counted.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from math import gcd
from typing import Any
from zoneinfo import ZoneInfo

Json = Any
Label = tuple[str, str | None]
"""A state and its cause."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STATES = ("up", "degraded", "down", "unreachable", "unobserved")
NOBODY: Label = ("unobserved", "agent")
AVAILABLE = ("up", "degraded")
OUT_OF_SIGHT = ("unobserved", "unreachable")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OWNER_BY_CAUSE = {
    "power": "energy",
    "site-dark": "unknown",
    "lan": "region",
    "printer": "lycee",
    "supplies": "lycee",
}
OWNER_BY_KIND = {"link": "operator", "service": "publisher", "printer": "lycee"}


@cache
def ms(text: str) -> int:
    """Return the milliseconds since the epoch of an instant written as ISO 8601 with its offset."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)


def iso(instant: int, zone: str) -> str:
    """Write an instant as the cases do: in local time, with its offset, no finer than needed."""
    local = (EPOCH + timedelta(milliseconds=instant)).astimezone(ZoneInfo(zone))
    fine = "milliseconds" if instant % 1000 else "seconds" if instant % 60_000 else "minutes"
    return local.isoformat(timespec=fine)


def step_of(case: Json) -> int:
    """Return the greatest step, half an hour at most, between whose ends nothing ever happens."""
    text = repr(case)
    instants = map(ms, re.findall(r"'(\d{4}-\d\d-\d\dT[^']+)'", text))
    minutes = map(int, re.findall(r"'\d\d:(\d\d)'", text))
    return gcd(1_800_000, *instants, *(60_000 * minute for minute in minutes))


class Account:
    """What was told by a certain time, and the answer to every question about one instant."""

    def __init__(self, case: Json, told: Sequence[Json]) -> None:
        self.case = case
        self.bulletins = [record for record in told if "start" in record]
        self.known = {(r["site"], r["inventory"]) for r in told if "start" not in r}

    def listed(self, bulletin: Json, resource: str) -> bool:
        if (bulletin["site"], bulletin["inventory"]) not in self.known:
            return False
        listing = self.case["inventories"][bulletin["inventory"]]
        return any(each["id"] == resource for each in listing)

    def said(self, site: str, vantage: str, resource: str, at: int) -> Label | None:
        """Return what one vantage says: of several runs, the greatest (began, run) is heard."""
        speaking = [
            b
            for b in self.bulletins
            if (b["site"], b["vantage"]) == (site, vantage) and ms(b["start"]) <= at < ms(b["end"])
        ]
        if not speaking:
            return None
        heard = max(speaking, key=lambda b: (ms(b["began"]), b["run"]))
        if not self.listed(heard, resource):
            return None
        for name, state, cause, start, end in heard["spells"]:
            if name == resource and ms(start) <= at < ms(end):
                return state, cause
        return "up", None

    def label(self, site: str, resource: str, at: int) -> Label:
        """Return the state of a resource; a link that its site cannot see is as the centre says."""
        own = self.said(site, "site", resource, at)
        if self.kind(site, resource) == "link" and (own is None or own[0] == "unobserved"):
            outside = self.said(site, "centre", resource, at)
            if outside is not None:
                return ("down", "site-dark") if outside[0] == "down" else outside
        return own or NOBODY

    def verdict(self, service: str, at: int) -> Label:
        """Return the vote of the sites whose own link works, and who could see the service."""
        voters = [s for s in self.case["sites"] if self.label(s, "link", at)[0] in AVAILABLE]
        seen = [self.label(site, service, at)[0] for site in voters]
        votes = [state for state in seen if state not in OUT_OF_SIGHT]
        failing = votes.count("down")
        if len(votes) < 3:
            return self.outside(service, at)
        if failing / len(votes) >= 1 / 2:
            return "down", "other"
        if failing >= 2 and failing / len(votes) >= 1 / 20:
            return "degraded", "partial"
        return "up", None

    def outside(self, service: str, at: int) -> Label:
        """Return what the centre saw of a service; told in several sites' names, the first one."""
        said = (self.said(s, "centre", service, at) for s in sorted(self.case["sites"]))
        return next((label for label in said if label is not None), NOBODY)

    def of(self, site: str, resource: str, at: int) -> Label:
        return self.label(site, resource, at) if site else self.verdict(resource, at)

    def kind(self, site: str, resource: str) -> str:
        kinds = [
            each["kind"]
            for of, inventory in sorted(self.known)
            for each in self.case["inventories"][inventory]
            if site in {of, ""} and each["id"] == resource
        ]
        return kinds[0] if kinds else ""

    def life(self, site: str, resource: str) -> tuple[int, int]:
        """Return from when to when a resource owes service: never, when it was never seen."""
        never = 1 << 60
        first = [
            ms(b["start"])
            for b in self.bulletins
            if site in {b["site"], ""} and self.listed(b, resource)
            if not (site and b["vantage"] == "centre" and self.kind(site, resource) == "service")
        ]
        stated = [each for each in self.case.get("lifetimes", ()) if each["resource"] == resource]
        own = [each for each in stated if each["site"] == site]
        begun = [ms(each["begun"]) for each in own if "begun" in each] if first else []
        retired = [ms(e["retired"]) for e in stated if e["site"] in {site, ""} and "retired" in e]
        return min([*first, *begun], default=never), min(retired, default=never)


class Opening:
    """Whether service is owed at an instant: the local day and hour are looked up each time."""

    def __init__(self, calendar: Json | None) -> None:
        self.calendar = calendar

    def __call__(self, at: int) -> bool:
        if self.calendar is None:
            return True
        zone = ZoneInfo(self.calendar["zone"])
        local = (EPOCH + timedelta(milliseconds=at)).astimezone(zone)
        day, hour = local.date().isoformat(), local.time().isoformat()
        weekly = self.calendar["weekly"].get(WEEKDAYS[local.weekday()], [])
        usual = [] if day in self.calendar["closed"] else weekly
        ranges = self.calendar["opened"].get(day, usual)
        return any(opens <= hour < ("99" if to == "24:00" else to) for opens, to in ranges)


def judge(case: Json, reading: Json, site: str, resource: str) -> dict[str, Json]:
    """Return everything that is expected of one resource (of the vote where `site` is empty)."""
    told = [record for delivery in case["deliveries"][: reading["after"]] for record in delivery]
    account, step, zone = Account(case, told), step_of(case), case["zone"]
    start, end = map(ms, reading["period"])
    as_of = ms(reading["as_of"])
    born, retired = account.life(site, resource)
    until = min(end, as_of, retired)
    is_open = cache(Opening(_calendar(case, reading, site)))

    def owes(at: int) -> bool:
        return is_open(at) and not _in_maintenance(case, site, resource, at)

    labels = {at: account.of(site, resource, at) for at in range(born, min(as_of, retired), step)}
    inside = {at: labels[at] for at in range(max(start, born), until, step)}
    contract = _lengths([said for at, said in inside.items() if owes(at)], step)
    felt = _lengths([said for at, said in inside.items() if is_open(at)], step)
    return {
        "contract": contract,
        "felt": felt,
        "rates": _rates(contract, felt),
        "outages": [
            _written(outage, account.kind(site, resource), zone)
            | _ruled(case, outage, site, resource)
            for outage in _outages(labels, step, as_of)
            if start <= _first(owes, range(outage["start"], outage["end"], step)) < until
        ],
        "timeline": [
            [iso(a, zone), iso(b, zone), *said] for a, b, said in _stretches(inside, step)
        ],
    }


def _calendar(case: Json, reading: Json, site: str) -> Json | None:
    """Return the opening hours of a site, the default ones for a vote; None around the clock."""
    name = case["sites"][site] if site else ""
    return case["calendars"][name] if reading["hours"] == "service" else None


def _first(owes: Callable[[int], bool], instants: Iterable[int]) -> int:
    return next((at for at in instants if owes(at)), -1)


def _in_maintenance(case: Json, site: str, resource: str, at: int) -> bool:
    return any(
        (window["site"], window["resource"]) in {(site, resource), (site, ""), ("", resource)}
        and ms(window["announced"]) <= ms(window["start"]) <= at < ms(window["end"])
        for window in case.get("maintenance", ())
    )


def _lengths(said: Sequence[Label], step: int) -> dict[str, int]:
    counts = {state: step * sum(label[0] == state for label in said) for state in STATES}
    edge = step * said.count(("unobserved", "edge"))
    return {"required": step * len(said), **counts, "edge": edge}


def _stretches(labels: Mapping[int, Label], step: int) -> Iterator[tuple[int, int, Label]]:
    for said, group in groupby(sorted(labels.items()), key=lambda item: item[1]):
        instants = [at for at, _ in group]
        yield instants[0], instants[-1] + step, said


def _outages(labels: Mapping[int, Label], step: int, as_of: int) -> Iterator[dict[str, Json]]:
    """Yield the maximal runs without service that hold some `down`, in order."""
    stretches = list(_stretches(labels, step))
    for served, group in groupby(stretches, key=lambda s: s[2][0] in AVAILABLE):
        run = list(group)
        down = [(a, b, cause) for a, b, (state, cause) in run if state == "down"]
        if not served and down:
            longest = max(b - a for a, b, _ in down)
            yield {
                "start": down[0][0],
                "end": down[-1][1],
                "earliest": run[0][0],
                "latest": run[-1][1],
                "down": sum(b - a for a, b, _ in down),
                "cause": next(cause for a, b, cause in down if b - a == longest),
                "ongoing": run[-1][1] >= as_of,
            }


def _written(outage: Mapping[str, Json], kind: str, zone: str) -> dict[str, Json]:
    """Return an outage as the cases spell it, with its owner: the cause decides, then the kind."""
    owner = OWNER_BY_CAUSE.get(outage["cause"]) or OWNER_BY_KIND.get(kind, "region")
    bounds = ("start", "end", "earliest", "latest")
    return {**outage, **{key: iso(outage[key], zone) for key in bounds}, "owner": owner}


def _ruled(case: Json, outage: Mapping[str, Json], site: str, resource: str) -> dict[str, str]:
    """Return the owner that a person stated last of an instant of the outage, if anybody did."""
    stated = [
        each
        for each in case.get("overrules", ())
        if (each["site"], each["resource"]) == (site, resource)
        and outage["start"] <= ms(each["at"]) < outage["end"]
    ]
    last = max(stated, key=lambda each: ms(each["given"]), default=None)
    return {"overruled": last["owner"]} if last else {}


def _rates(contract: Mapping[str, int], felt: Mapping[str, int]) -> dict[str, Json]:
    seen, lived = (each["up"] + each["degraded"] for each in (contract, felt))
    asked = contract["required"] - contract["unreachable"]
    fractions = {
        "known": (
            2 * seen + contract["edge"],
            2 * (seen + contract["down"] + contract["edge"]),
        ),
        "low": (seen, asked),
        "high": (seen + contract["unobserved"], asked),
        "coverage": (contract["required"] - contract["unobserved"], contract["required"]),
        "felt": (
            2 * lived + felt["edge"],
            2 * (lived + felt["down"] + felt["edge"] + felt["unreachable"]),
        ),
        "felt_low": (lived, felt["required"]),
        "felt_high": (lived + felt["unobserved"], felt["required"]),
    }
    return {name: _shown(*fraction) for name, fraction in fractions.items()}


def _shown(numerator: int, denominator: int) -> list[Json]:
    """Return a fraction in lowest terms and as it is printed, rounded down."""
    if denominator == 0:
        return [None, None, "non mesuré"]
    common = gcd(numerator, denominator)
    hundredths = numerator * 10_000 // denominator
    text = f"{hundredths // 100},{hundredths % 100:02d}\u202f%"
    return [numerator // common, denominator // common, text]
