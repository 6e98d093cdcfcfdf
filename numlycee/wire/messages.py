"""The messages that are not history: the present, the handshake, the presence."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

from numlycee.domain.causes import REPORTED_CAUSES, Cause
from numlycee.domain.states import State
from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.reading import Fields
from numlycee.wire.records import LONGEST_ID, VERSION, canonical, version

MOST_TARGETS = 8
"""Targets of a link that have gauges of their own: the first of them, in the order of its agent."""

_BY_WORTH = (
    "rtt_seconds", "packet_loss_ratio", "total_seconds", "certificate_expiry_timestamp_seconds",
    "charge_ratio", "runtime_seconds", "access_points_up", "wifi_clients", "supply_ratio",
    "temperature_celsius", "uptime_seconds", "poe_used_watts", "load_ratio", "storage_ratio",
    "ports_up", "cpu_ratio", "memory_ratio", "jitter_seconds", "dns_seconds", "connect_seconds",
    "tls_seconds", "first_byte_seconds", "sessions", "input_volts", "access_points",
    "poe_budget_watts", "ports", "supplies", "sensors", "main_line_up", "backup_line_up",
    "receive_utilisation_ratio", "send_utilisation_ratio", "received_bits_per_second",
    "sent_bits_per_second", "receive_capacity_bits_per_second", "send_capacity_bits_per_second",
    *(f"target_{n + 1}_packet_loss_ratio" for n in range(MOST_TARGETS)),
    *(f"target_{n + 1}_rtt_seconds" for n in range(MOST_TARGETS)),
)  # fmt: skip
GAUGES = frozenset(_BY_WORTH)
"""The closed catalogue of gauges, each with its unit as its suffix."""

VITALS = frozenset({
    "spool_bytes", "spool_waiting_records", "missed_polls_total", "resident_bytes",
    "cpu_seconds_total", "traps_heeded_total", "traps_refused_total",
})  # fmt: skip
"""What an agent says of itself; a name in `_total` counts since the agent started."""

_STATES = frozenset(State)
LARGEST_SAMPLE = 1e18
"""A sample of a gauge lies strictly between minus this and this."""
MOST_RUNS = 400
"""Runs that one hello or one receipt names at most."""


class Present(NamedTuple):
    """The live state of one resource other than `up`, and since when."""

    resource: str
    state: State
    cause: Cause
    since: int


@dataclass(frozen=True, slots=True)
class Now:
    """The present by exception: what is not listed is `up`. Provisional, never history.

    `gauges` maps a resource id to samples of the catalogue, `vitals` are those of the agent itself.
    `head` is the newest sequence number. `unknown` counts the words of a later version that were
    met in reading it: a state then counts as `unobserved`, a cause as `other`, a gauge is left out.
    """

    run: str
    began: int
    head: int
    at: int
    inventory: str
    states: tuple[Present, ...] = ()
    gauges: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    vitals: Mapping[str, float] = field(default_factory=dict)
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Hello:
    """The opening of a handshake: a nonce for this connection and what the spool still holds.

    `runs` maps each run to its first and last sequence numbers; a hello that names `MOST_RUNS` of
    them may leave older ones out. `epoch` and `commit` are those of
    the last receipt that the agent heeded, 0 before any.
    """

    nonce: str
    run: str
    began: int
    runs: Mapping[str, tuple[int, int]]
    epoch: int
    commit: int
    clock: int
    spool_bytes: int


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether the agent of a run is connected; also the last will."""

    online: bool
    run: str
    version: str


def encode_now(now: Now) -> bytes:
    """Return the payload of the present; the gauges of least worth go where it would not fit."""
    payload = _encode_now(now, GAUGES)
    wanted = len(_BY_WORTH)
    while len(payload) > reading.MAXIMUM_BYTES and wanted:
        wanted -= 1
        payload = _encode_now(now, frozenset(_BY_WORTH[:wanted]))
    return payload


def _encode_now(now: Now, wanted: AbstractSet[str]) -> bytes:
    gauges = {
        resource: {name: value for name, value in samples.items() if name in wanted}
        for resource, samples in now.gauges.items()
    }
    return canonical({
        "v": VERSION, "run": now.run, "began": now.began, "head": now.head, "at": now.at,
        "inventory": now.inventory,
        "states": now.states,
        "gauges": {resource: samples for resource, samples in gauges.items() if samples},
        "vitals": dict(now.vitals),
    })  # fmt: skip


def decode_now(payload: bytes) -> Now:
    """Return the present, without what only a later version knows; raises `WireError`."""
    fields = reading.skim(payload, _keys) or reading.load(payload)
    version(fields)
    read, told = _Reader(), fields.get("gauges", {})
    return Now(
        run=reading.text(fields, "run", 64),
        began=reading.instant(fields.get("began"), "began"),
        head=reading.integer(fields, "head", 0, 2**53),
        at=reading.instant(fields.get("at"), "at"),
        inventory=reading.text(fields, "inventory", 64),
        states=tuple(reading.items(fields.get("states"), "states", read.present, 5_000)),
        gauges=told if _is_plain(told) else read.gauges(told),
        vitals=read.samples(fields.get("vitals", {}), "vitals", VITALS),
        unknown=read.unknown,
    )


def encode_hello(hello: Hello) -> bytes:
    """Return the payload of a handshake."""
    body: dict[str, Any] = {
        "v": VERSION, "nonce": hello.nonce, "run": hello.run, "began": hello.began,
        "runs": {run: list(span) for run, span in hello.runs.items()},
        "epoch": hello.epoch, "commit": hello.commit, "clock": hello.clock,
        "spool_bytes": hello.spool_bytes,
    }  # fmt: skip
    return canonical(body)


def decode_hello(payload: bytes) -> Hello:
    """Return the handshake; raises `WireError`."""
    fields = _load(payload)
    runs = reading.table(fields.get("runs"), "runs")
    return Hello(
        nonce=reading.text(fields, "nonce", 64),
        run=reading.text(fields, "run", 64),
        began=reading.instant(fields.get("began"), "began"),
        runs={reading.as_text(run, "runs", 64): _held(span, run) for run, span in runs.items()},
        epoch=reading.integer(fields, "epoch", 0, 2**53),
        commit=reading.integer(fields, "commit", 0, 2**53),
        clock=reading.integer(fields, "clock"),
        spool_bytes=reading.integer(fields, "spool_bytes", 0, 2**53),
    )


def encode_presence(presence: Presence) -> bytes:
    """Return the payload of a presence."""
    return canonical({
        "v": VERSION, "online": presence.online, "run": presence.run, "version": presence.version,
    })  # fmt: skip


def decode_presence(payload: bytes) -> Presence:
    """Return the presence; raises `WireError`."""
    fields = _load(payload)
    return Presence(
        online=reading.boolean(fields, "online"),
        run=reading.text(fields, "run", 64),
        version=reading.text(fields, "version", 64),
    )


def _load(payload: bytes) -> Fields:
    fields = reading.load(payload)
    version(fields)
    return fields


def _keys(fields: Fields) -> int:
    """Count the keys of a present, where it has them."""
    gauges, vitals = fields.get("gauges"), fields.get("vitals")
    held = gauges.values() if isinstance(gauges, dict) else ()
    tables = [table for table in (fields, gauges, vitals, *held) if isinstance(table, dict)]
    return sum(map(len, tables))


def _is_plain(gauges: object) -> TypeGuard[dict[str, dict[str, float]]]:
    """Tell whether gauges are, as they stand, what the readers would return for them."""
    if not isinstance(gauges, dict):
        return False
    for resource, samples in gauges.items():
        if not (0 < len(resource) <= LONGEST_ID and resource.isprintable()):
            return False
        if not (isinstance(samples, dict) and samples.keys() <= GAUGES):
            return False
        for sample in samples.values():
            if type(sample) is not float or not -LARGEST_SAMPLE < sample < LARGEST_SAMPLE:
                return False
    return True


class _Reader:
    """Reads what is told of the present; `unknown` counts the words of a later version."""

    def __init__(self) -> None:
        self.unknown = 0

    def present(self, value: object, where: str) -> Present:
        """Return a state; one that only a later version knows is `unobserved`."""
        parts = reading.array(value, where, 4)
        if len(parts) != 4:  # noqa: PLR2004 (the four parts named in the message)
            raise WireError(where, "must be [resource, state, cause, since]")
        state = reading.word(parts[1], f"{where}[1]", State, _STATES, State.UNOBSERVED)
        cause = reading.word(parts[2], f"{where}[2]", Cause, REPORTED_CAUSES, Cause.OTHER)
        self.unknown += (state != parts[1]) + (cause != parts[2])
        return Present(
            resource=reading.as_text(parts[0], f"{where}[0]", 64),
            state=state,
            cause=cause,
            since=reading.instant(parts[3], f"{where}[3]"),
        )

    def gauges(self, value: object) -> dict[str, dict[str, float]]:
        """Return the samples of each resource."""
        return {
            reading.as_text(resource, "gauges", 64): self.samples(
                samples, f"gauges.{resource}", GAUGES
            )
            for resource, samples in reading.table(value, "gauges").items()
        }

    def samples(self, value: object, where: str, catalogue: AbstractSet[str]) -> dict[str, float]:
        """Return the samples of a catalogue, the only ones that are looked at."""
        told = reading.table(value, where)
        known = {
            name: _sample(sample, f"{where}.{name}")
            for name, sample in told.items()
            if name in catalogue
        }
        self.unknown += len(told) - len(known)
        return known


def _sample(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WireError(where, "must be a number")
    if not abs(value) < LARGEST_SAMPLE:  # also refuses infinities written as 1e999
        raise WireError(where, "is out of range")
    return float(value)


def _held(value: object, run: str) -> tuple[int, int]:
    pair = reading.array(value, f"runs.{run}", 2)
    if len(pair) != 2:  # noqa: PLR2004 (a pair)
        raise WireError(f"runs.{run}", "must be [first, last]")
    first = reading.as_integer(pair[0], f"runs.{run}[0]", 1, 2**53)
    return first, reading.as_integer(pair[1], f"runs.{run}[1]", 0, 2**53)
