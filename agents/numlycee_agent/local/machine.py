"""What the page shows, for programs: JSON whose instants are ISO 8601 with their offset."""

import json
from collections.abc import Mapping
from typing import Any

from numlycee.domain.devices import Headcount
from numlycee.domain.french import iso
from numlycee_agent.local.sight import Item, Sight

VERSION = 1


def state(sight: Sight, zone: str) -> bytes:
    """Return everything that is shown; null stands for what is not counted."""
    heard = sight.heard_at
    content = {
        "version": VERSION,
        "uai": sight.uai,
        "at": iso(sight.at, zone),
        "agent": {
            "version": sight.version,
            "run": sight.now.run,
            "began": iso(sight.now.began, zone),
            "last_receipt": None if heard is None else iso(heard, zone),
            "epoch": sight.marks.epoch,
            "commit": sight.marks.commit,
            "refused": len(sight.marks.refused),
            "vitals": dict(sight.now.vitals),
        },
        "resources": [_resource(item, zone) for item in sight.items],
        "beacons": sight.beacons,
        "devices": None if sight.devices is None else _devices(sight.devices),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _resource(item: Item, zone: str) -> dict[str, Any]:
    about = item.resource
    return {
        "id": about.id,
        "kind": about.kind,
        "name": about.name,
        "parent": about.parent,
        "vendor": about.vendor,
        "model": about.model,
        "state": item.state,
        "cause": item.cause,
        "since": iso(item.since, zone),
        "gauges": dict(item.gauges),
    }


def _devices(counts: Mapping[str, Headcount]) -> dict[str, dict[str, int]]:
    return {name: {"low": count.low, "high": count.high} for name, count in counts.items()}
