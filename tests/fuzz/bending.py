"""Payloads bent field by field: what is almost a message is more dangerous than noise."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

DEEP = 3_000
"""Levels of nesting: thrice what Python's recursion allows."""
EDGES = (0, 1, 2**31, 2**32, 2**53, 2**63, 2**64, 1_577_836_800_000, 4_102_444_800_000)


class Raw(str):
    """Text that stands in the payload as it is, be it JSON or not."""

    __slots__ = ()


class Pairs(list[tuple[str, Any]]):
    """An object whose keys may come twice."""

    __slots__ = ()


STRANGE: tuple[Any, ...] = (
    None, True, False, [], Pairs(), "", " ", "0", "x" * 65, "x" * 201, "\ud800", "\x00", "\x1b[2J",
    "+", "#", "$SYS", "../..", "é" * 64, "0440021J", "0310036W", "up", "down", "centre", "site",
    1.0, 1.5, -0.0, 1e308, -1, *EDGES, *(edge - 1 for edge in EDGES), *(edge + 1 for edge in EDGES),
    *(-edge for edge in EDGES), 1_795_424_400_000, 1_795_424_400_001, 1_795_432_000_000,
    Raw("NaN"), Raw("-Infinity"), Raw("1e999"), Raw("9" * 5_000), Raw("-"), Raw("[" * DEEP),
    Raw("[" * 400 + "]" * 400), Raw("[" * DEEP + "]" * DEEP), Raw('{"a":' * 400 + "1" + "}" * 400),
    Raw('"\\ud83d"'), Raw("[" + "0," * 10_000 + "0]"), Raw("[[1,1]" + ",[3,3]" * 1_200 + "]"),
)  # fmt: skip
"""Values that a field never has, or hardly ever."""


def bend(payload: bytes, dice: Random, times: int = 1) -> bytes:
    """Return a JSON payload with some of its fields changed; what is no JSON, or too deep, cut."""
    try:
        return _bent([_read(payload)], dice, times)
    except (ValueError, RecursionError):
        return payload[: dice.randrange(len(payload) + 1)]


def _bent(tree: list[Any], dice: Random, times: int) -> bytes:
    for _ in range(times):
        places = list(_places(tree))
        if not places:
            break
        holder, at = dice.choice(places)
        dice.choice(_WAYS)(holder, at, dice, places)
    return _spell(tree[0]).encode(errors="surrogatepass") if tree else b""


def _read(payload: bytes) -> Any:
    return json.loads(payload, object_pairs_hook=Pairs)


Place = tuple[list[Any], int]
Way = Callable[[list[Any], int, Random, list[Place]], None]


def _places(holder: list[Any]) -> Iterator[Place]:
    """Yield where every value of a tree stands, as a list and an index into it."""
    for at, item in enumerate(holder):
        yield holder, at
        inner = item[1] if isinstance(holder, Pairs) else item
        if isinstance(inner, list):
            yield from _places(inner)


def _value(holder: list[Any], at: int) -> Any:
    return holder[at][1] if isinstance(holder, Pairs) else holder[at]


def _put(holder: list[Any], at: int, value: Any) -> None:
    holder[at] = (holder[at][0], value) if isinstance(holder, Pairs) else value


def _replace(holder: list[Any], at: int, dice: Random, places: list[Place]) -> None:
    _put(holder, at, dice.choice(STRANGE))


def _nudge(holder: list[Any], at: int, dice: Random, places: list[Place]) -> None:
    value = _value(holder, at)
    if type(value) is int:
        _put(holder, at, value + dice.choice((-(10**8), -30_000, -1, 1, 30_000, 10**8)))
    elif type(value) is str and value:
        cut = dice.randrange(len(value))
        _put(holder, at, value[:cut] + dice.choice("\x00\x7fé+#/0a") + value[cut + 1 :])
    else:
        _replace(holder, at, dice, places)


def _drop(holder: list[Any], at: int, dice: Random, places: list[Place]) -> None:
    del holder[at]


def _double(holder: list[Any], at: int, dice: Random, places: list[Place]) -> None:
    holder[at:at] = [holder[at]] * dice.choice((1, 1, 2, 40))


def _exchange(holder: list[Any], at: int, dice: Random, places: list[Place]) -> None:
    _put(holder, at, _copy(_value(*dice.choice(places))))


def _rename(holder: list[Any], at: int, dice: Random, places: list[Place]) -> None:
    if isinstance(holder, Pairs):
        names = [place[0][place[1]][0] for place in places if isinstance(place[0], Pairs)]
        holder[at] = (dice.choice([*names, "", "run", "\ud800"]), holder[at][1])


_WAYS: tuple[Way, ...] = (_replace, _replace, _nudge, _nudge, _drop, _double, _exchange, _rename)


def _copy(value: Any) -> Any:
    """Return a copy that shares nothing with the tree: no tree holds itself."""
    if isinstance(value, Pairs):
        return Pairs((name, _copy(inner)) for name, inner in value)
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _spell(value: Any) -> str:
    match value:
        case Raw():
            return str(value)
        case Pairs():
            return "{" + ",".join(f"{json.dumps(k)}:{_spell(v)}" for k, v in value) + "}"
        case list():
            return "[" + ",".join(map(_spell, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)
