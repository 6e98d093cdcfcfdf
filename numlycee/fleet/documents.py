"""Devices in JSON, as GLPI and NetBox answer them: whole, or refused with what to ask instead."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from numlycee.fleet.listing import Raw
from numlycee.fleet.tables import read_text
from numlycee.settings import SettingsError

Documents = Iterable[tuple[Path, object]]
Object = Mapping[str, object]

_ROWS = ("results", "data")
_COUNTS = ("count", "totalcount")
_OPTIONS = {
    "1": "name", "2": "number", "3": "place", "4": "kind", "5": "serial", "23": "vendor",
    "31": "status", "40": "model", "80": "site", "126": "address",
}  # fmt: skip
"""The numbers of GLPI's search options, the same for computers, network equipment and printers."""
_TYPE = re.compile(r"([a-z]+)types_id")


def read_document(path: Path) -> object:
    """Return the JSON value of a file, None for a file that is none; raises `SettingsError`."""
    text = read_text(path)
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{path}: is not whole JSON: {error}; save the answer again"
        raise SettingsError(message) from error
    return document


def netbox_devices(documents: Documents) -> Iterator[Raw]:
    """Yield the devices of `/api/dcim/devices/`, of one page or of all that are given.

    Raises `SettingsError` when pages are missing.
    """
    for path, number, device in _rows(documents, "?limit=0, or give every page"):
        yield Raw(str(path), _place(number, device), dict(_netbox(device)))


def glpi_devices(documents: Documents) -> Iterator[Raw]:
    """Yield the items of `/apirest.php/NetworkEquipment` and the like, or of `/search/`.

    Raises `SettingsError` when items are missing, or when dropdowns were not expanded.
    """
    for path, number, device in _rows(documents, "range=0-99999, or give every range"):
        searched = any(key in _OPTIONS for key in device)
        texts = dict(_searched(device) if searched else _listed(path, number, device))
        texts = {name: html.unescape(text) for name, text in texts.items()}
        yield Raw(str(path), _place(number, device), texts)


def _rows(documents: Documents, ask: str) -> Iterator[tuple[Path, int, Object]]:
    held = expected = 0
    last = Path()
    for path, document in documents:
        last, rows = path, document
        if isinstance(document, dict):
            rows = next((document[key] for key in _ROWS if key in document), None)
            counts = [document[key] for key in _COUNTS if isinstance(document.get(key), int)]
            expected = max(expected, *counts, 0)
        if not isinstance(rows, list):
            raise SettingsError(f"{path}: holds no list of devices (results, data); {_ANSWER}")
        held += len(rows)
        for number, row in enumerate(rows):
            if not isinstance(row, dict):
                raise SettingsError(f"{path}: device {number} is not an object; {_ANSWER}")
            yield path, number, row
    if held < expected:
        raise SettingsError(f"{last}: holds {held} of {expected} devices; ask with {ask}")


_ANSWER = "save the whole answer of the API"


def _place(number: int, device: Object) -> str:
    called = _told(device, "id") or _told(device, "2")
    return f"appareil n° {number + 1}" + (f" (id {called})" if called else "")


def _netbox(device: Object) -> Iterator[tuple[str, str]]:
    yield "number", _told(device, "id")
    yield "name", _told(device, "name") or _told(device, "display")
    yield "kind", _told(device, "role", "name") or _told(device, "device_role", "name")
    yield "vendor", _told(device, "device_type", "manufacturer", "name")
    yield "model", _told(device, "device_type", "model")
    yield "serial", _told(device, "serial")
    yield "status", _told(device, "status", "value")
    yield "site", _told(device, "site", "name")
    yield "place", _told(device, "tenant", "name")
    slugs = ((holder, key) for holder in ("site", "tenant") for key in ("slug", "facility"))
    yield "slugs", " ".join(_told(device, *slug) for slug in slugs)
    address = _told(device, "primary_ip4", "address") or _told(device, "primary_ip", "address")
    yield "address", address.partition("/")[0]
    tags = device.get("tags")
    names = (tag.get("name") if isinstance(tag, dict) else tag for tag in _list(tags))
    yield "tags", ",".join(str(name) for name in names)
    custom = device.get("custom_fields")
    for key, value in custom.items() if isinstance(custom, dict) else ():
        yield f"custom {key}", _text(value)


def _searched(device: Object) -> Iterator[tuple[str, str]]:
    for key, value in device.items():
        name = _OPTIONS.get(key, "itemtype" if key == "itemtype" else f"custom {key}")
        yield name, _text(value)


def _listed(path: Path, number: int, device: Object) -> Iterator[tuple[str, str]]:
    for key in ("entities_id", "locations_id", "states_id", "manufacturers_id"):
        if isinstance(device.get(key), int) and device[key]:
            raise SettingsError(
                f"{path}: device {number}: {key} is a bare number; ask with expand_dropdowns=true"
            )
    yield "number", _told(device, "id")
    yield "name", _told(device, "name")
    yield "serial", _told(device, "serial")
    yield "vendor", _told(device, "manufacturers_id")
    yield "status", _told(device, "states_id")
    yield "site", _told(device, "entities_id")
    yield "place", _told(device, "locations_id")
    yield "gone", "1" if device.get("is_deleted") or device.get("is_template") else ""
    for key, value in device.items():
        if match := _TYPE.fullmatch(key):
            yield "itemtype", match[1]
            yield "kind", _text(value)
        elif key.endswith("models_id"):
            yield "model", _text(value)
        elif key.startswith("uai") or key.endswith("uaifield"):
            yield "custom uai", _text(value)


def _told(value: object, *path: str) -> str:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return _text(next((value[key] for key in ("value", "name", "label") if key in value), None))
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return "" if value is None or value == 0 else str(value).strip()


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
