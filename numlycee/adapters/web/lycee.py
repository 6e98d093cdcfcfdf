"""The equipment of one lycée as anyone may see it: by kind, counted, never addressed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from numlycee.adapters.web.conditions import WORST_FIRST, condition, essential
from numlycee.adapters.web.words import KINDS
from numlycee.collector.model import LiveResource, LiveSite
from numlycee.domain.causes import Cause
from numlycee.domain.equipment import Item
from numlycee.domain.kinds import EQUIPMENT_KINDS, Kind
from numlycee.domain.states import State


@dataclass(frozen=True, slots=True)
class KindLine:
    """One kind of equipment: how many, their state together, and (state, cause, count, since)."""

    name: str
    total: int
    state: State
    exceptions: tuple[tuple[State, Cause | None, int, int], ...]


def kinds(live: LiveSite | None) -> list[KindLine]:
    """Return one line for each kind of resource that a lycée has."""
    if live is None:
        return []
    core = essential(live)
    groups = [(kind, [r for r in live.resources if r.resource.kind is kind]) for kind in Kind]
    return [_line(kind, items, core) for kind, items in groups if items]


def _line(kind: Kind, items: Sequence[LiveResource], core: frozenset[str]) -> KindLine:
    return KindLine(
        name=KINDS[kind][len(items) > 1],
        total=len(items),
        state=condition(items, core),
        exceptions=_exceptions(items),
    )


def _exceptions(
    items: Sequence[LiveResource],
) -> tuple[tuple[State, Cause | None, int, int], ...]:
    amiss = [item for item in items if item.state is not State.UP]
    counts = Counter((item.state, item.cause) for item in amiss)
    found = [
        (state, cause, count, min(i.since for i in amiss if (i.state, i.cause) == (state, cause)))
        for (state, cause), count in counts.items()
    ]
    return tuple(sorted(found, key=lambda line: (WORST_FIRST.index(line[0]), line[3])))


@dataclass(frozen=True, slots=True)
class Listed:
    """How many are listed, how many of them nobody observes, how many are observed unlisted."""

    total: int
    unobserved: int
    unlisted: int
    contracts: tuple[str, ...]


def listed(live: LiveSite | None, items: Mapping[str, Item]) -> Listed | None:
    """Return how what people have listed agrees with what is observed; None without a list."""
    if not items:
        return None
    seen = live.resources if live else ()
    watched = {r.resource.id for r in seen if r.resource.kind in EQUIPMENT_KINDS}
    contracts = sorted({item.contract for item in items.values()} - {""})
    both = len(watched & items.keys())
    return Listed(len(items), len(items) - both, len(watched) - both, tuple(contracts))
