"""Lycées and equipment as records, for other programs."""

from numlycee.domain.equipment import Item
from numlycee.domain.sites import Site

SITE_FIELDS = (
    "uai", "others", "name", "commune", "department", "academy", "enrolment", "enrolments",
    "operator", "calendar", "web", "labels", "equipment",
)  # fmt: skip
ITEM_FIELDS = (
    "uai", "id", "kind", "name", "vendor", "model", "serial", "owner", "operator", "contract",
    "labels", "source",
)  # fmt: skip


def site_record(site: Site, equipment: int) -> dict[str, object]:
    """Return what is known of a lycée, and how much equipment is listed there."""
    place = site.department
    return {
        "uai": site.uai,
        "others": list(site.others),
        "name": site.name,
        "commune": site.commune,
        "department": place.code,
        "academy": place.academy,
        "enrolment": site.enrolment,
        "enrolments": {f"{year}-{year + 1}": pupils for year, pupils in site.enrolments},
        "operator": site.operator,
        "calendar": site.calendar,
        "web": site.web,
        "labels": dict(site.labels),
        "equipment": equipment,
    }


def item_record(item: Item) -> dict[str, object]:
    """Return what is listed of one piece of equipment."""
    told = {name: getattr(item, name) for name in ITEM_FIELDS}
    return told | {"labels": dict(item.labels)}
