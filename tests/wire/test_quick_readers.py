"""The quick readers return what the plain ones return, or leave it to them."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.wire import reading, records
from numlycee.wire.errors import WireError
from tests.proof import examples

START = 1_795_424_400_000
END = START + 100
AT = st.one_of(
    st.integers(START - 2, END + 2),
    st.sampled_from([None, True, 0, -1, 2**70, float(START), str(START)]),
)
NAME: st.SearchStrategy[object] = st.sampled_from(
    ["link", "sw", "", "x" * 65, "a\x00b", "é", 7, None, ["link"]]
)
STATE: st.SearchStrategy[object] = st.sampled_from(
    ["down", "degraded", "unobserved", "up", "maintenance", "gone", 1, None, []]
)
CAUSE: st.SearchStrategy[object] = st.sampled_from(
    ["timeout", "edge", "agent", "later-word", "", None, {}]
)
SPELL: st.SearchStrategy[object] = st.one_of(
    st.tuples(NAME, STATE, CAUSE, AT, AT).map(list),
    st.lists(st.integers(), max_size=6),
    st.sampled_from([None, 5, "link", {}]),
)


def spells_one_by_one(told: object) -> object:
    spells = tuple(reading.items(told, "spells", records._spell))
    records._inside(spells, START, END)
    return spells


def outcome(read: Any, *told: object) -> object:
    """What is read, or why it cannot be."""
    try:
        return read(*told)
    except WireError as error:
        return str(error)


@settings(max_examples=examples(400))
@given(st.one_of(st.lists(SPELL, max_size=4), SPELL))
def test_spells_at_once_are_those_one_by_one(told: object) -> None:
    assert outcome(records._spells, told, START, END) == outcome(spells_one_by_one, told)


class Repeating(list[tuple[str, object]]):
    """An object whose keys may be repeated."""


KEYS = st.sampled_from(["a", "b", "c:d"])
VALUES = st.recursive(
    st.one_of(st.integers(0, 9), st.sampled_from(["", ":", "a:b", None, 1.5])),
    lambda inner: st.lists(st.tuples(KEYS, inner), max_size=3).map(Repeating),
    max_leaves=6,
)


def spelt(value: object) -> str:
    if isinstance(value, Repeating):
        return "{" + ",".join(f"{json.dumps(key)}:{spelt(item)}" for key, item in value) + "}"
    return json.dumps(value)


def keys_of(value: object) -> int:
    return len(value) + sum(map(keys_of, value.values())) if isinstance(value, dict) else 0


@settings(max_examples=examples(400))
@given(VALUES, st.sampled_from(["", " ", "x", "}"]))
def test_what_is_skimmed_is_what_is_loaded(value: object, more: str) -> None:
    payload = (spelt(value) + more).encode()
    skimmed = reading.skim(payload, keys_of)
    if skimmed is not None:
        assert skimmed == reading.load(payload)


def test_what_is_plain_is_skimmed() -> None:
    payload = b'{"a": {"b": 1.5}, "c": []}'
    assert reading.skim(payload, keys_of) == {"a": {"b": 1.5}, "c": []}
    assert reading.skim(b'{"a": 1, "a": 2}', keys_of) is None
