"""The records of an agent's spool: bulletins, inventories and declared gaps, and their batches."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from numlycee.domain.causes import REPORTED_CAUSES, Cause
from numlycee.domain.devices import Fleet
from numlycee.domain.durations import DAY
from numlycee.domain.inventory import Inventory, Resource, Vantage
from numlycee.domain.kinds import WATCHED_KINDS, Kind
from numlycee.domain.states import STORED, State
from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.fleet import read_fleet, spell_fleet
from numlycee.wire.reading import Fields

VERSION = 1
LONGEST_BULLETIN = 32 * DAY
"""A bulletin covers at most 32 days: a quiet month may be merged into one record."""
MOST_SPELLS = 10_000
LONGEST_ID = 64


class ResourceSpell(NamedTuple):
    """One resource in one state other than `up` over ``[start, end)``."""

    resource: str
    state: State
    cause: Cause
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Previous:
    """The run before this one: its name and its last sequence number."""

    run: str
    last: int


@dataclass(frozen=True, slots=True)
class Key:
    """What every record says of its author: vantage, run, when the run began, and its number."""

    vantage: Vantage
    run: str
    began: int
    seq: int


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Over ``[start, end)`` every resource of `inventory` was `up` unless a spell says otherwise.

    `previous` is given by the first record of a run. `replaces` lists ranges of sequence numbers
    of quiet bulletins that this one repeats. `fleet` is the daily count of mobile devices.
    """

    key: Key
    inventory: str
    start: int
    end: int
    spells: tuple[ResourceSpell, ...] = ()
    previous: Previous | None = None
    replaces: tuple[tuple[int, int], ...] = ()
    fleet: Fleet | None = None


@dataclass(frozen=True, slots=True)
class InventoryRecord:
    """An inventory as a record of the spool; immutable, named by its digest."""

    key: Key
    inventory: Inventory
    previous: Previous | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Records that the agent no longer holds and declares lost: ranges of one run's numbers."""

    key: Key
    run: str
    lost: tuple[tuple[int, int], ...]
    reason: str
    previous: Previous | None = None


Record = Bulletin | InventoryRecord | Gap


@dataclass(frozen=True, slots=True)
class Refused:
    """An item of a batch that is not a record, with its key where that could be read."""

    key: Key | None
    reason: str
    raw: bytes


def inventory_of(resources: Sequence[Resource]) -> Inventory:
    """Return the inventory of these resources, named by the SHA-256 of its canonical spelling."""
    ordered = tuple(sorted(resources, key=lambda resource: resource.id))
    return Inventory(_name(_resource(resource) for resource in ordered), ordered)


def _name(listing: Iterable[Mapping[str, Any]]) -> str:
    return hashlib.sha256(canonical(list(listing))).hexdigest()[:32]


def encode(record: Record) -> bytes:
    """Return the one canonical spelling of a record: what the spool keeps and the ledger hashes."""
    body: dict[str, Any] = {
        "vantage": record.key.vantage,
        "run": record.key.run,
        "began": record.key.began,
        "seq": record.key.seq,
    }
    if record.previous:
        body["previous"] = [record.previous.run, record.previous.last]
    match record:
        case Bulletin():
            body |= _bulletin(record)
        case InventoryRecord():
            body["type"] = "inventory"
            body["inventory"] = record.inventory.digest
            body["resources"] = [_resource(resource) for resource in record.inventory]
        case Gap():
            body |= {"type": "gap", "of": record.run, "reason": record.reason}
            body["lost"] = [list(span) for span in record.lost]
    return canonical(body)


def digest(record: bytes) -> bytes:
    """Return 16 bytes that tell two contents of the same key apart."""
    return hashlib.sha256(record).digest()[:16]


def batch(records: Sequence[bytes], sent: int) -> bytes:
    """Return the payload of encoded records as published at `sent`; keep it below 64 KiB."""
    return b'{"v":%d,"sent":%d,"records":[%s]}' % (VERSION, sent, b",".join(records))


_SPELLING = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)
BATCH_OVERHEAD = 64
"""Bytes of an empty batch at most; each record adds its length and a comma."""


def decode(payload: bytes) -> tuple[int, list[Record | Refused]]:
    """Return when a batch was sent and its records, wrong ones as `Refused`.

    Raises `WireError` when the envelope itself cannot be read.
    """
    fields = reading.load(payload)
    version(fields)
    sent = reading.instant(fields.get("sent"), "sent")
    return sent, [_record(item) for item in reading.array(fields.get("records"), "records")]


def decode_record(raw: bytes) -> Record:
    """Return one record from its own spelling; raises `WireError`."""
    fields = reading.load(raw)
    return _parse(fields, _key(fields))


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a value: sorted keys, no spaces, UTF-8."""
    return _SPELLING.encode(value).encode()


def version(fields: Fields) -> None:
    """Check the protocol version of a payload."""
    if fields.get("v") != VERSION:
        raise WireError("v", f"must be {VERSION}; this centre and this agent do not match")


def _bulletin(record: Bulletin) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "bulletin",
        "inventory": record.inventory,
        "start": record.start,
        "end": record.end,
        "spells": record.spells,
    }
    if record.replaces:
        body["replaces"] = [list(span) for span in record.replaces]
    if record.fleet:
        body["fleet"] = spell_fleet(record.fleet)
    return body


def _resource(resource: Resource) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": resource.id,
        "kind": resource.kind,
        "name": resource.name,
        "period": resource.period,
        "confirmation": resource.confirmation,
    }
    optional = {"parent": resource.parent, "vendor": resource.vendor, "model": resource.model}
    return body | {key: value for key, value in optional.items() if value}


def _record(item: object) -> Record | Refused:
    key: Key | None = None
    try:
        fields = reading.table(item, "records[]")
        key = _key(fields)
        return _parse(fields, key)
    except WireError as error:
        return Refused(key, str(error), json.dumps(item).encode()[:1024])


def _parse(fields: Fields, key: Key) -> Record:
    previous = _previous(fields)
    match fields.get("type"):
        case "bulletin":
            return _read_bulletin(fields, key, previous)
        case "inventory":
            return InventoryRecord(key, _read_inventory(fields), previous)
        case "gap":
            lost = tuple(reading.items(fields.get("lost"), "lost", reading.span))
            return Gap(
                key, reading.text(fields, "of", 64), lost, reading.text(fields, "reason"), previous
            )
        case other:
            raise WireError("type", f"{str(other)[:40]!r} is not bulletin, inventory or gap")


def _key(fields: Fields) -> Key:
    return Key(
        vantage=reading.member(fields.get("vantage"), "vantage", Vantage),
        run=reading.text(fields, "run", 64),
        began=reading.instant(fields.get("began"), "began"),
        seq=reading.integer(fields, "seq", 1, 2**53),
    )


def _previous(fields: Fields) -> Previous | None:
    if "previous" not in fields:
        return None
    pair = reading.array(fields["previous"], "previous", 2)
    if len(pair) != 2:  # noqa: PLR2004 (a pair)
        raise WireError("previous", "must be [run, last]")
    return Previous(
        reading.as_text(pair[0], "previous[0]", 64),
        reading.as_integer(pair[1], "previous[1]", 0, 2**53),
    )


def _read_bulletin(fields: Fields, key: Key, previous: Previous | None) -> Bulletin:
    start = reading.instant(fields.get("start"), "start")
    end = reading.instant(fields.get("end"), "end")
    if not start < end <= start + LONGEST_BULLETIN:
        raise WireError("end", "must come after start, by 32 days at most")
    spells = _spells(fields.get("spells"), start, end)
    replaces = tuple(reading.items(fields.get("replaces", []), "replaces", reading.span))
    inventory = reading.text(fields, "inventory", 64)
    told = fields.get("fleet")
    fleet = None if told is None else read_fleet(told, end)
    return Bulletin(key, inventory, start, end, spells, previous, replaces, fleet)


_SAID = {(str(state), str(cause)): (state, cause) for state in STORED for cause in REPORTED_CAUSES}


def _spells(told: object, start: int, end: int) -> tuple[ResourceSpell, ...]:
    """Return the spells of a bulletin; at once where they are as agents tell them."""
    plain = _plain_spells(told, start, end)
    if plain is not None:
        return plain
    spells = tuple(reading.items(told, "spells", _spell))
    _inside(spells, start, end)
    return spells


def _plain_spells(told: object, start: int, end: int) -> tuple[ResourceSpell, ...] | None:
    """Return spells that are right in every way; None for those that need a second look.

    What it returns is what the readers of one part after the other return.
    """
    if type(told) is not list or len(told) > MOST_SPELLS:
        return None
    spells: list[ResourceSpell] = []
    until: dict[str, int] = {}
    try:
        for resource, state, cause, since, to in told:
            if not (
                type(resource) is str
                and type(since) is type(to) is int
                and until.get(resource, start) <= since < to <= end
                and (resource in until or (len(resource) <= LONGEST_ID and _legible(resource)))
            ):
                return None
            until[resource] = to
            spells.append(_spelt((resource, *_SAID[state, cause], since, to)))
    except (KeyError, TypeError, ValueError):
        return None
    return tuple(spells)


def _legible(text: str) -> bool:
    return text != "" and text.isprintable()


_spelt = partial(tuple.__new__, ResourceSpell)


def _spell(value: object, where: str) -> ResourceSpell:
    parts = reading.array(value, where, 5)
    if len(parts) != 5:  # noqa: PLR2004 (the five parts named in the message)
        raise WireError(where, "must be [resource, state, cause, start, end]")
    state = reading.member(parts[1], f"{where}[1]", State)
    if state not in STORED:
        raise WireError(f"{where}[1]", "up is never said: it is the absence of a spell")
    return ResourceSpell(
        resource=reading.as_text(parts[0], f"{where}[0]", 64),
        state=state,
        cause=reading.word(parts[2], f"{where}[2]", Cause, REPORTED_CAUSES, Cause.OTHER),
        start=reading.instant(parts[3], f"{where}[3]"),
        end=reading.instant(parts[4], f"{where}[4]"),
    )


def _inside(spells: tuple[ResourceSpell, ...], start: int, end: int) -> None:
    until: dict[str, int] = {}
    for i, spell in enumerate(sorted(spells, key=lambda s: (s.resource, s.start, s.end))):
        if not start <= spell.start < spell.end <= end:
            raise WireError(f"spells[{i}]", "must lie inside the bulletin and not be empty")
        if spell.start < until.get(spell.resource, start):
            raise WireError(f"spells[{i}]", f"overlaps another spell of {spell.resource}")
        until[spell.resource] = spell.end


def _read_inventory(fields: Fields) -> Inventory:
    """Read an inventory; its name covers the kinds as they were told, and no later field."""
    listed = reading.items(fields.get("resources"), "resources", _read_resource, 5_000)
    told = {resource.id: _resource(resource) | {"kind": kind} for resource, kind in listed}
    if len(told) != len(listed):
        raise WireError("resources", "names an id twice")
    digest = _name(told[name] for name in sorted(told))
    if digest != fields.get("inventory"):
        raise WireError("inventory", f"is not the digest of its resources ({digest})")
    resources = sorted((resource for resource, _ in listed), key=lambda resource: resource.id)
    return Inventory(digest, tuple(resources))


def _read_resource(value: object, where: str) -> tuple[Resource, str]:
    """Return a resource, and its kind as it was told."""
    fields = reading.table(value, where)
    parent = fields.get("parent")
    told = reading.as_text(fields.get("kind"), f"{where}.kind", 64)
    resource = Resource(
        id=reading.text(fields, "id", 64),
        kind=reading.word(told, f"{where}.kind", Kind, WATCHED_KINDS, Kind.GENERIC),
        name=reading.text(fields, "name"),
        parent=None if parent is None else reading.as_text(parent, f"{where}.parent", 64),
        period=reading.integer(fields, "period", 1, DAY),
        confirmation=reading.integer(fields, "confirmation", 0, DAY),
        vendor=reading.as_text(fields["vendor"], f"{where}.vendor") if "vendor" in fields else "",
        model=reading.as_text(fields["model"], f"{where}.model") if "model" in fields else "",
    )
    return resource, told
