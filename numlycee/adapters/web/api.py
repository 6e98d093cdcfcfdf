"""The open data of the page: the same picture, as JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from numlycee.adapters.web.summary import Group, SiteView, Summary
from numlycee.domain.french import iso
from numlycee.domain.states import State
from numlycee.outages.model import OpenOutage
from numlycee.picture import Picture


def status(summary: Summary, now: int) -> bytes:
    """Return the state of every lycée; instants are ISO 8601 with their offset."""
    picture, region = summary.picture, summary.region
    content = {
        "version": 1,
        "region": picture.region,
        "simulated": picture.simulated,
        "now": iso(now, picture.zone),
        "at": iso(picture.at, picture.zone),
        "last_report": _instant(region.last_seen, picture.zone),
        "agents": {"total": len(region.sites), "answering": region.answering},
        "verdict": {"tone": region.banner.tone, "sentence": region.banner.sentence},
        "lycees": _counts(region.counts),
        "departements": [_department(group) for group in summary.departments],
        "resources": _resources(picture),
        "outages_opened": picture.outages.opened,
        "outages_closed": picture.outages.closed,
        "outages": [_outage(outage, picture.zone) for outage in region.outages],
        "sites": [_site(view, picture.zone) for view in summary.sites.values()],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _counts(counts: Mapping[State, int]) -> dict[str, int]:
    return {state.value: counts.get(state, 0) for state in State}


def _resources(picture: Picture) -> dict[str, int]:
    live = (item for site in picture.board.sites.values() for item in site.resources)
    return _counts(Counter(item.state for item in live))


def _department(group: Group) -> dict[str, Any]:
    name = group.department.name if group.department else ""
    return {"code": group.scope.key, "name": name, "lycees": _counts(group.counts)}


def _outage(outage: OpenOutage, zone: str) -> dict[str, Any]:
    return {
        "uai": outage.site.uai,
        "kind": outage.resource.kind,
        "state": outage.state,
        "cause": outage.cause,
        "owner": outage.owner,
        "since": iso(outage.since, zone),
        "earliest": iso(outage.earliest, zone),
        "alerting": outage.alerting,
    }


def _site(view: SiteView, zone: str) -> dict[str, Any]:
    return {
        "uai": view.site.uai,
        "name": view.site.name,
        "commune": view.site.commune,
        "departement": view.site.department.code,
        "state": view.state,
        "last_report": _instant(view.live.last_seen if view.live else None, zone),
        "classes": view.classes,
    }


def _instant(at: int | None, zone: str) -> str | None:
    return None if at is None else iso(at, zone)
