"""Who made a device and what it is: sysDescr, sysObjectID, then what its answers betray."""

from collections.abc import Sequence
from dataclasses import dataclass

from numlycee.domain.kinds import Kind
from numlycee_agent.snmp.catalogue import Catalogue, Description, Detail, catalogue, within
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.text import text
from numlycee_agent.snmp.values import Oid, Value

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
_UPS_MANUFACTURER = "1.3.6.1.2.1.33.1.1.1.0"

_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_ENTITY_CLASS = f"{_ENTITY}.5"
# Model name, name, serial number, software, firmware, manufacturer.
_ENTITY_COLUMNS = ("13", "7", "11", "10", "9", "12")
_CHASSIS = 3
_MOST_ENTITIES = 200
_MOST_BODIES = 8


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device is; what could not be learnt is an empty string."""

    vendor: str
    model: str
    kind: Kind
    serial: str
    version: str
    name: str
    sys_object_id: Oid
    description: str = ""


@dataclass(slots=True)
class _Draft:
    description: str
    sys_object_id: Oid
    generic: bool = False
    vendor: str = ""
    kind: Kind | None = None
    model: str = ""
    serial: str = ""
    version: str = ""
    name: str = ""

    def learn(self, **known: str) -> None:
        """Fill in what is not known yet."""
        for field, value in known.items():
            if value and not getattr(self, field):
                setattr(self, field, value)


async def identify(client: SnmpClient) -> Identity:
    """Ask a device who it is; SnmpError and its kinds when it does not answer.

    The first two variables are asked one at a time: some agents act oddly when given both.
    """
    known = catalogue()
    described = await client.get([SYS_DESCR])
    named = await client.get([SYS_OBJECT_ID])
    draft = _Draft(text(described.get(SYS_DESCR)), text(named.get(SYS_OBJECT_ID)))
    vendor, kind = known.product(draft.sys_object_id)
    draft.generic = vendor is None
    _read_description(draft, known, guess=False)
    maker, only = known.maker(draft.description)
    draft.learn(vendor=vendor or maker)
    draft.kind = draft.kind or kind or (only if draft.vendor == maker else None)
    guess = _Draft(draft.description, draft.sys_object_id, draft.generic)
    _read_description(guess, known, guess=True)
    if draft.kind is None or not draft.vendor or draft.generic:
        await _read_signs(client, draft, known, guess.kind)
    await _read_details(client, draft, known)
    await _read_chassis(client, draft, known)
    draft.learn(model=guess.model, serial=guess.serial, version=guess.version)
    draft.learn(vendor=known.maker(draft.model)[0])
    return _finish(draft, known)


def _read_description(draft: _Draft, known: Catalogue, *, guess: bool) -> None:
    for description in known.descriptions:
        if description.guess is guess and _applies(description, draft):
            match = description.pattern.search(draft.description)
            told = match.groupdict(default="") if match else {}
            draft.learn(**{name.rstrip("2"): part for name, part in told.items()})
            if match:
                draft.learn(vendor=description.vendor or "")
                draft.kind = draft.kind or description.kind


def _applies(description: Description, draft: _Draft) -> bool:
    if description.generic and not draft.generic:
        return False
    under = description.under
    return not under or any(within(draft.sys_object_id, prefix) for prefix in under)


async def _read_signs(
    client: SnmpClient, draft: _Draft, known: Catalogue, guess: Kind | None
) -> None:
    """Learn from what the device answers; what it says of itself counts before what many answer."""
    found = await client.get([_UPS_MANUFACTURER, *(sign.oid for sign in known.signs)])
    shown = [sign for sign in known.signs if sign.shown_by(found)]
    for sign in (sign for sign in shown if not sign.guess):
        if draft.kind in (None, sign.kind):
            draft.kind = sign.kind
            draft.learn(vendor=sign.vendor or "")
            draft.learn(model=text(found[sign.oid]) if sign.model else "")
    draft.kind = draft.kind or guess or next((sign.kind for sign in shown), None)
    if draft.kind is Kind.UPS:
        maker = text(found.get(_UPS_MANUFACTURER))
        draft.learn(vendor=known.maker(maker)[0] or maker)


async def _read_details(client: SnmpClient, draft: _Draft, known: Catalogue) -> None:
    """Read the name and, where the vendor or the kind keeps them, model, serial and version."""
    details = sorted(
        (detail for detail in known.details if detail.concerns(draft.vendor, draft.kind)),
        key=lambda one: one.vendor is None,
    )
    asked = [SYS_NAME, *(oid for detail in details for oid in detail.oids.values())]
    found = await client.get(list(dict.fromkeys(asked)))
    draft.learn(name=text(found.get(SYS_NAME)))
    told = _Draft("", "")
    for detail in details:
        told.learn(**{field: _words(found.get(oid)) for field, oid in detail.oids.items()})
    # A variable made for it is surer than a word of the description.
    draft.model = told.model or draft.model
    draft.learn(serial=told.serial, version=told.version)
    await _read_first_rows(client, draft, details)


async def _read_first_rows(client: SnmpClient, draft: _Draft, details: Sequence[Detail]) -> None:
    columns = {
        oid: field
        for detail in details
        for field, oid in detail.columns.items()
        if not getattr(draft, field)
    }
    if columns:
        found = await client.walk(list(columns), max_rows=_MOST_BODIES)
        for oid, field in columns.items():
            first = next((told for row in found[oid].values() if (told := _words(row))), "")
            draft.learn(**{field: first})


def _words(value: Value | None) -> str:
    """Return what was told in words; the name of an object is none."""
    return "" if isinstance(value, str) else text(value)


async def _read_chassis(client: SnmpClient, draft: _Draft, known: Catalogue) -> None:
    """Read what is still missing from ENTITY-MIB (RFC 6933): the first chassis that has a name."""
    if draft.vendor and draft.model and draft.serial and draft.version:
        return
    classes = (await client.walk([_ENTITY_CLASS], max_rows=_MOST_ENTITIES))[_ENTITY_CLASS]
    chassis = [at for at, kind in classes.items() if kind == _CHASSIS]
    bodies = (chassis or [*classes] or ["1"])[:_MOST_BODIES]
    found = await client.get(
        [f"{_ENTITY}.{column}.{at}" for at in bodies for column in _ENTITY_COLUMNS]
    )
    for at in bodies:
        told = {name: text(found.get(f"{_ENTITY}.{name}.{at}")) for name in _ENTITY_COLUMNS}
        if told["13"] or told["11"]:
            draft.learn(model=told["13"] or told["7"], serial=told["11"])
            draft.learn(version=told["10"] or told["9"], vendor=known.maker(told["12"])[0])


def _finish(draft: _Draft, known: Catalogue) -> Identity:
    return Identity(
        draft.vendor,
        _without_brand(known.spelt(draft.vendor, "model", draft.model), draft.vendor),
        draft.kind or Kind.GENERIC,
        draft.serial,
        known.spelt(draft.vendor, "version", draft.version.split(" | ")[0]),
        draft.name,
        draft.sys_object_id,
        draft.description,
    )


def _without_brand(model: str, vendor: str) -> str:
    for brand in (vendor, *vendor.split(" "), "HP"):
        if brand and model.lower().startswith(brand.lower() + " "):
            return model[len(brand) + 1 :]
    return model
