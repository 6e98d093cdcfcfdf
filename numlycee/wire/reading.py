"""Readers that turn untrusted JSON values into typed ones, or name the field that is wrong."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar, cast

from numlycee.wire.errors import WireError

MAXIMUM_BYTES = 65_536
EARLIEST = 1_577_836_800_000
"""1 January 2020: a record dated before comes from a clock that was never set."""
LATEST = 4_102_444_800_000

Json = object
Fields = Mapping[str, object]
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


def load(payload: bytes) -> Fields:
    """Decode a payload into a JSON object; raises `WireError`, whatever the bytes.

    Refuses what is larger than 64 KiB, not UTF-8, nested beyond sense, NaN, or with repeated keys.
    """
    _measure(payload)
    try:
        value = json.loads(payload.decode(), object_pairs_hook=_unique, parse_constant=_no_constant)
    except WireError:
        raise
    except (ValueError, RecursionError) as error:
        raise WireError("payload", f"is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise WireError("payload", "must be a JSON object")
    return cast("Fields", value)


def skim(payload: bytes, keys: Callable[[Fields], int]) -> Fields | None:
    """Return what `load` returns, in half the time; None where only `load` can tell.

    `keys` counts the keys of an object and of all that it holds. JSON writes one colon after each
    key and others within texts only: as many colons as keys, and none was repeated.
    """
    _measure(payload)
    try:
        value = _PLAIN.decode(payload.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or keys(value) != payload.count(b":"):
        return None
    return value


def _measure(payload: bytes) -> None:
    if len(payload) > MAXIMUM_BYTES:
        reason = f"{len(payload)} bytes, at most {MAXIMUM_BYTES} are allowed"
        raise WireError("payload", reason)


def integer(fields: Fields, key: str, low: int = 0, high: int = LATEST) -> int:
    """Return an integer field within ``[low, high]``."""
    return as_integer(fields.get(key), key, low, high)


def as_integer(value: Json, where: str, low: int = 0, high: int = LATEST) -> int:
    """Return a value as an integer within ``[low, high]``."""
    if type(value) is not int or not low <= value <= high:
        raise WireError(where, f"must be an integer from {low} to {high}")
    return value


def instant(value: Json, where: str) -> int:
    """Return a value as an instant in milliseconds, dated after 2020."""
    return as_integer(value, where, EARLIEST, LATEST)


def text(fields: Fields, key: str, longest: int = 200) -> str:
    """Return a non-empty printable text field."""
    return as_text(fields.get(key), key, longest)


def as_text(value: Json, where: str, longest: int = 200) -> str:
    """Return a value as a non-empty printable text."""
    if not isinstance(value, str) or not value or len(value) > longest or not value.isprintable():
        raise WireError(where, f"must be a printable text of 1 to {longest} characters")
    return value


def boolean(fields: Fields, key: str) -> bool:
    """Return a boolean field."""
    value = fields.get(key)
    if not isinstance(value, bool):
        raise WireError(key, "must be true or false")
    return value


def member(value: Json, where: str, vocabulary: type[E], among: frozenset[E] | None = None) -> E:
    """Return a value as a member of a closed vocabulary, or of the part of it that is allowed."""
    try:
        found = vocabulary(cast("str", value))
    except ValueError:
        found = None
    if found is None or (among is not None and found not in among):
        allowed = ", ".join(word for word in vocabulary if among is None or word in among)
        raise WireError(where, f"{str(value)[:40]!r} is not one of {allowed}")
    return found


def word(value: Json, where: str, vocabulary: type[E], among: frozenset[E], otherwise: E) -> E:
    """Return a member as `member` does; a word that only a later version knows is `otherwise`."""
    told = as_text(value, where, 64)
    try:
        vocabulary(told)
    except ValueError:
        return otherwise
    return member(told, where, vocabulary, among)


def array(value: Json, where: str, most: int = 10_000) -> list[object]:
    """Return a value as a list of at most `most` items."""
    if not isinstance(value, list) or len(value) > most:
        raise WireError(where, f"must be a list of at most {most} items")
    return cast("list[object]", value)


def table(value: Json, where: str) -> Fields:
    """Return a value as an object."""
    if not isinstance(value, dict):
        raise WireError(where, "must be an object")
    return cast("Fields", value)


def items(value: Json, where: str, read: Callable[[object, str], T], most: int = 10_000) -> list[T]:
    """Return a list read item by item, each with its own place."""
    return [read(item, f"{where}[{i}]") for i, item in enumerate(array(value, where, most))]


def span(value: Json, where: str) -> tuple[int, int]:
    """Return a value as a range of sequence numbers, [first, last], both included."""
    pair = array(value, where, 2)
    if len(pair) != 2:  # noqa: PLR2004 (a pair)
        raise WireError(where, "must be [first, last]")
    first = as_integer(pair[0], f"{where}[0]", 1, 2**53)
    return first, as_integer(pair[1], f"{where}[1]", first, 2**53)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise WireError("payload", "repeats a key")
    return result


def _no_constant(name: str) -> object:
    raise WireError("payload", f"{name} is not a number")


_PLAIN = json.JSONDecoder(parse_constant=_no_constant)
