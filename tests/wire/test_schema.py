"""The published description of the protocol is what the code reads and writes."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from numlycee.wire.messages import (
    Presence,
    encode_hello,
    encode_now,
    encode_presence,
)
from numlycee.wire.receipts import encode_receipt
from numlycee.wire.records import batch, encode
from numlycee.wire.schema import asyncapi, json_schema
from numlycee.wire.topics import Topics
from tests.wire.test_messages import HELLO, NOW, RECEIPT, SECRET
from tests.wire.test_records import RECORDS, T0

DOCUMENTS = Path(__file__).parents[2] / "docs" / "protocole"
PAYLOADS = {
    "Batch": batch([encode(record) for record in RECORDS], T0),
    "Now": encode_now(NOW),
    "Hello": encode_hello(HELLO),
    "Presence": encode_presence(Presence(online=False, run="9f", version="0.1.0")),
    "Receipt": encode_receipt(RECEIPT, SECRET),
}


def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json_schema() | {"$ref": f"#/$defs/{name}"})


@pytest.mark.parametrize("name", PAYLOADS)
def test_what_is_written_is_what_is_described(name: str) -> None:
    _validator(name).validate(json.loads(PAYLOADS[name]))


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("Batch", ("records", 0, "seq"), 0),
        ("Batch", ("records", 0, "spells", 0, 1), "up"),
        ("Batch", ("records", 0, "spells", 0, 2), "part"),
        ("Batch", ("records", 0, "fleet", "cells", "repair"), 4),
        ("Batch", ("records", 0, "fleet", "cells", "repair"), "1–5"),
        ("Batch", ("records", 0, "fleet", "day"), "hier"),
        ("Batch", ("records", 1, "resources", 0, "kind"), "toaster"),
        ("Batch", ("records", 1, "resources", 0, "kind"), "composite"),
        ("Batch", ("records", 1, "resources", 0, "period"), 0),
        ("Now", ("gauges", "link"), {"wind_speed": 3}),
        ("Now", ("vitals",), {"mood": 3}),
        ("Receipt", ("mac",), "none"),
    ],
)
def test_what_the_code_refuses_the_description_refuses(
    name: str, path: tuple[str | int, ...], value: object
) -> None:
    payload: Any = json.loads(PAYLOADS[name])
    place = payload
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not _validator(name).is_valid(payload)


@pytest.mark.parametrize(
    ("file", "document"), [("schema.json", json_schema()), ("asyncapi.json", asyncapi())]
)
def test_the_published_files_are_up_to_date(file: str, document: object) -> None:
    published = json.loads((DOCUMENTS / file).read_text(encoding="utf-8"))
    assert published == document, "write it again: numlycee schema [--asyncapi] > the file"


def test_every_channel_is_a_topic_of_ours() -> None:
    for channel in asyncapi()["channels"].values():
        assert Topics().parse(channel["address"].replace("{uai}", "0310036W"))
