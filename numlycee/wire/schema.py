"""The protocol as documents that others can read: JSON Schema (2020-12) and AsyncAPI 3.0.

Both are built from the vocabularies and limits that the readers themselves use. Fields that a
document does not name are ignored: a later version may add some.
"""

from collections.abc import Container, Iterable
from enum import StrEnum
from typing import Any

from numlycee.domain.causes import REPORTED_CAUSES, Cause
from numlycee.domain.devices import MOST_DEVICES, SMALLEST_TOLD, Cell
from numlycee.domain.durations import DAY
from numlycee.domain.inventory import Vantage
from numlycee.domain.kinds import WATCHED_KINDS, Kind
from numlycee.domain.states import STORED, State
from numlycee.wire.fleet import FEW
from numlycee.wire.messages import GAUGES, VITALS
from numlycee.wire.reading import EARLIEST, LATEST, MAXIMUM_BYTES
from numlycee.wire.records import VERSION
from numlycee.wire.topics import DEFAULT_ROOT

Schema = dict[str, Any]

_INSTANT: Schema = {"type": "integer", "minimum": EARLIEST, "maximum": LATEST}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_SEQ: Schema = {"type": "integer", "minimum": 1}
_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 64}
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 200}
_V: Schema = {"const": VERSION}


def json_schema() -> Schema:
    """Return the JSON Schema of every payload, one definition each."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"numlycee wire, version {VERSION}",
        "description": f"Payloads are UTF-8 JSON objects of at most {MAXIMUM_BYTES} bytes.",
        "$defs": definitions(),
    }


def asyncapi() -> Schema:
    """Return the AsyncAPI document: who publishes what where, at which quality of service."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "numlycee wire", "version": f"{VERSION}.0.0"},
        "defaultContentType": "application/json",
        "channels": {name: _channel(*parts) for name, parts in _CHANNELS.items()},
        "operations": {
            f"{'send' if sent else 'receive'}{name[0].upper()}{name[1:]}": {
                "action": "send" if sent else "receive",
                "channel": {"$ref": f"#/channels/{name}"},
                "bindings": {"mqtt": {"qos": qos, "retain": retained}},
            }
            for name, (_, _, sent, qos, retained) in _CHANNELS.items()
        },
        "components": {
            "schemas": definitions("#/components/schemas/"),
            "messages": {
                name: {"payload": {"$ref": f"#/components/schemas/{name}"}}
                for _, name, *_ in _CHANNELS.values()
            },
        },
    }


_CHANNELS = {
    "bulletin": ("up/bulletin", "Batch", True, 1, False),
    "now": ("up/now", "Now", True, 0, False),
    "hello": ("up/hello", "Hello", True, 1, False),
    "presence": ("up/presence", "Presence", True, 1, True),
    "receipt": ("down/receipt", "Receipt", False, 0, False),
}
"""Topic below the site, payload, whether the agent sends it, QoS, retained; seen by the agent."""


def definitions(prefix: str = "#/$defs/") -> dict[str, Schema]:
    """Return the schema of each payload and record by name; references begin with `prefix`."""
    key = {"vantage": _words(Vantage), "run": _NAME, "began": _INSTANT, "seq": _SEQ}
    previous = {"previous": _tuple(_NAME, _COUNT)}
    span = _tuple(_SEQ, _SEQ)
    held = _tuple(_SEQ, _COUNT)
    mark = _object({"mark": _COUNT, "beyond": _list(span)})
    records = ("Bulletin", "Inventory", "Gap")
    return {
        "Batch": _object({
            "v": _V,
            "sent": _INSTANT,
            "records": _list({"oneOf": [{"$ref": prefix + name} for name in records]}),
        }),
        "Bulletin": _object(
            {"type": {"const": "bulletin"}, **key, "inventory": _NAME, "start": _INSTANT,
             "end": _INSTANT, "spells": _list(_spell())},
            {**previous, "replaces": _list(span), "fleet": _fleet()},
        ),
        "Inventory": _object(
            {"type": {"const": "inventory"}, **key, "inventory": _NAME,
             "resources": _list(_resource())},
            previous,
        ),
        "Gap": _object(
            {"type": {"const": "gap"}, **key, "of": _NAME, "lost": _list(span), "reason": _TEXT},
            previous,
        ),
        "Now": _object(
            {"v": _V, "run": _NAME, "began": _INSTANT, "head": _COUNT, "at": _INSTANT,
             "inventory": _NAME,
             "states": _list(_tuple(_NAME, _words(State), _causes(), _INSTANT))},
            {"gauges": {"type": "object", "additionalProperties": _samples(GAUGES)},
             "vitals": _samples(VITALS)},
        ),
        "Hello": _object({
            "v": _V, "nonce": _NAME, "run": _NAME, "began": _INSTANT,
            "runs": {"type": "object", "additionalProperties": held},
            "epoch": _COUNT, "commit": _COUNT, "clock": _COUNT, "spool_bytes": _COUNT,
        }),
        "Presence": _object(
            {"v": _V, "online": {"type": "boolean"}, "run": _NAME, "version": _NAME}
        ),
        "Receipt": _object({
            "v": _V, "epoch": _SEQ, "commit": _COUNT, "nonce": _NAME,
            "runs": {"type": "object", "additionalProperties": mark},
            "received_at": _COUNT, "sent": _COUNT,
            "refused": _list(_tuple(_NAME, _SEQ, _TEXT)),
            "mac": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        }),
    }  # fmt: skip


def _channel(leaf: str, message: str, *_: object) -> Schema:
    return {
        "address": f"{DEFAULT_ROOT}/{{uai}}/{leaf}",
        "parameters": {"uai": {"description": "code UAI of the site, as in 0310036W"}},
        "messages": {message: {"$ref": f"#/components/messages/{message}"}},
    }


def _spell() -> Schema:
    stored = {"enum": [str(state) for state in STORED]}
    return _tuple(_NAME, stored, _causes(), _INSTANT, _INSTANT)


def _resource() -> Schema:
    length = {"type": "integer", "minimum": 0, "maximum": DAY}
    return _object(
        {"id": _NAME, "kind": _words(Kind, WATCHED_KINDS), "name": _TEXT,
         "period": length | {"minimum": 1}, "confirmation": length},
        {"parent": _NAME, "vendor": _TEXT, "model": _TEXT},
    )  # fmt: skip


def _fleet() -> Schema:
    told = {"type": "integer", "minimum": SMALLEST_TOLD, "maximum": MOST_DEVICES}
    cell = {"anyOf": [{"enum": [0, FEW]}, told]}
    day = {"type": "string", "format": "date", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}
    counts = _object({"day": day, "cells": _object({str(name): cell for name in Cell})})
    return {"anyOf": [counts, {"type": "null"}]}


def _samples(catalogue: Iterable[str]) -> Schema:
    samples = {name: {"type": "number"} for name in sorted(catalogue)}
    return {"type": "object", "properties": samples, "additionalProperties": False}


def _causes() -> Schema:
    return _words(Cause, REPORTED_CAUSES)


def _words(vocabulary: type[StrEnum], among: Container[StrEnum] | None = None) -> Schema:
    return {"enum": [str(word) for word in vocabulary if among is None or word in among]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _tuple(*parts: Schema) -> Schema:
    return {"type": "array", "prefixItems": list(parts), "items": False, "minItems": len(parts)}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
    }
