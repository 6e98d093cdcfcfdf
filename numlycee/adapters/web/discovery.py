"""Targets for Prometheus, as its HTTP service discovery asks for them: public ones, and ours.

What is inside a lycée is no target: its agent alone watches it, and nothing listens there.
"""

import json
from collections.abc import Sequence

from numlycee.domain.sites import Site
from numlycee.picture import Picture

META = "__meta_numlycee_"
"""Prometheus drops what begins so unless a relabelling keeps it."""


def websites(picture: Picture) -> bytes:
    """Return the public sites of the lycées that have one, labelled with what a lycée is."""
    return _spelt([_group([s.web], _told(s, picture)) for s in picture.sites.values() if s.web])


def collectors(addresses: Sequence[str]) -> bytes:
    """Return the addresses where the collectors expose their metrics."""
    return _spelt([_group(addresses, {})])


def _group(targets: Sequence[str], labels: dict[str, str]) -> dict[str, object]:
    return {"targets": list(targets), "labels": {META + name: v for name, v in labels.items() if v}}


def _told(site: Site, picture: Picture) -> dict[str, str]:
    place = site.department
    return {
        "uai": site.uai,
        "name": site.name,
        "commune": site.commune,
        "department": place.code,
        "academy": place.academy,
        "region": picture.region,
        "operator": site.operator,
        "simulated": "true" if picture.simulated else "",
    } | {f"label_{name}": value for name, value in site.labels}


def _spelt(groups: list[dict[str, object]]) -> bytes:
    return json.dumps(groups, ensure_ascii=False, separators=(",", ":")).encode()
