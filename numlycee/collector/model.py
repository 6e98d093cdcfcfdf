"""What the collector shows of itself: the live board and the ledger, as immutable snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.states import State


@dataclass(frozen=True, slots=True)
class LiveResource:
    """The provisional state of one resource, since when, and its latest gauges."""

    uai: str
    resource: Resource
    state: State
    cause: Cause | None
    since: int
    gauges: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LiveSite:
    """One site's agent and resources; `last_seen` is when the centre last heard of it.

    An agent is `silent` when nothing came for 45 s or the broker said that it left; its resources
    are then `unobserved`, cause `agent`. A site never heard of has `last_seen` None.
    `vitals` is what the agent last said of itself, empty while it is silent.
    """

    uai: str
    silent: bool
    last_seen: int | None
    run: str | None
    version: str | None
    clock_offset: int
    head: int
    resources: tuple[LiveResource, ...]
    vitals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BoardSnapshot:
    """The present of every site of the fleet, keyed by UAI."""

    at: int
    sites: Mapping[str, LiveSite]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """How complete the account of one site is, in records (bulletins, inventories, gaps).

    `expected` is what its runs have numbered so far, `missing` what has neither been stored,
    refused nor declared lost. `conflict` counts arrivals under a number already held with other
    content; like `late` and `duplicate` it tells of arrivals, not of the account.
    """

    uai: str
    expected: int = 0
    stored: int = 0
    late: int = 0
    duplicate: int = 0
    refused: int = 0
    missing: int = 0
    declared_lost: int = 0
    conflict: int = 0


@dataclass(frozen=True, slots=True)
class LedgerSnapshot:
    """Completeness per site, and what could not be a record of any site, counted by reason."""

    at: int
    epoch: int
    commit: int
    sites: Mapping[str, LedgerLine]
    rejected: Mapping[str, int]
