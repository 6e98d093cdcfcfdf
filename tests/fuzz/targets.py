"""What is given bad input: the six ways in, each with what must hold whatever comes."""

from collections.abc import Callable
from datetime import date
from typing import Final

from numlycee.adapters.memory import MemoryStore
from numlycee.domain.causes import Cause
from numlycee.domain.devices import Cell, Fleet
from numlycee.wire.errors import WireError
from numlycee.wire.messages import (
    Now,
    Presence,
    Present,
    decode_hello,
    decode_now,
    decode_presence,
    encode_hello,
    encode_now,
    encode_presence,
)
from numlycee.wire.reading import MAXIMUM_BYTES
from numlycee.wire.receipts import Mark, Receipt, decode_receipt, encode_receipt
from numlycee.wire.records import Previous, Refused, decode, decode_record, encode
from tests.collector.centre import (
    INVENTORY,
    MASTER,
    OTHER,
    SITE,
    STEP,
    T0,
    TOPICS,
    Agent,
    Centre,
    HandClock,
    Message,
    down,
    dump,
)

LEAVES = ("bulletin", "now", "hello", "presence")
SETTLED = ("stored", "refused")


def reads_batches(payload: bytes) -> None:
    """A batch is read or refused by a `WireError`; what is read is spelt and read again alike."""
    try:
        _, records = decode(payload)
    except WireError:
        return
    for record in records:
        if isinstance(record, Refused):
            assert record.reason
        else:
            assert decode_record(encode(record)) == record


def reads_hellos(payload: bytes) -> None:
    """So is the opening of a handshake."""
    try:
        hello = decode_hello(payload)
    except WireError:
        return
    assert decode_hello(encode_hello(hello)) == hello


def reads_presents(payload: bytes) -> None:
    """So is the present, unless it is so long that its own spelling leaves gauges out."""
    try:
        now = decode_now(payload)
    except WireError:
        return
    assert decode_now(encode_now(now)).states == now.states


def reads_presences(payload: bytes) -> None:
    """So is a presence."""
    try:
        presence = decode_presence(payload)
    except WireError:
        return
    assert decode_presence(encode_presence(presence)) == presence


def reads_receipts(payload: bytes) -> None:
    """Only a receipt that was made with the key is heeded."""
    try:
        receipt = decode_receipt(payload, MASTER)
    except WireError:
        return
    assert decode_receipt(encode_receipt(receipt, MASTER), MASTER) == receipt


def takes_in(leaf: str, payload: bytes) -> None:
    """A centre at work survives one more message, changes what it says it changes, and once."""
    centre = at_work()
    before = dump(centre.store)
    answers = centre.ingest.handle([(TOPICS.up(SITE, leaf), payload)])
    after, outcomes = dump(centre.store), centre.ingest.outcomes
    assert all(len(answer) <= MAXIMUM_BYTES for _, answer in answers)
    assert all(topic == TOPICS.down(SITE, "receipt") for topic, _ in answers)
    assert _of(OTHER, after) == _of(OTHER, before)
    if leaf != "hello" and outcomes.get("stored", 0) == 3 and not outcomes.get("refused"):
        assert after == before, "nothing was told to be stored"
    centre.takes((TOPICS.up(SITE, leaf), payload))
    assert dump(centre.store) == after, "twice is not once"
    centre.ingest.ledger(T0)
    centre.board.snapshot(centre.clock.at)


def at_work() -> Centre:
    """Return a centre that has heard of both sites."""
    clock = HandClock(T0 + 10 * STEP)
    centre = Centre(MemoryStore(clock), clock)
    centre.takes(*WORDS)
    return centre


def _of(uai: str, account: dict[str, object]) -> list[str]:
    return [row for rows in account.values() for row in map(repr, rows) if uai in row]  # type: ignore[call-overload]


def _words() -> list[Message]:
    mine, other = Agent(), Agent(uai=OTHER, run="00000000000000bb")
    return [
        mine.hello(),
        other.hello(),
        mine.sends(mine.listing(), mine.bulletin(down("link", T0 + 1_000, T0 + 2_000))),
        other.sends(other.listing()),
    ]


WORDS = _words()


def _seeds() -> dict[str, list[bytes]]:
    """Return real messages, as the real encoders spell them."""
    agent = Agent(seq=2, end=T0 + STEP)
    fleet = Fleet(date(2026, 11, 20), dict.fromkeys(Cell, 5) | {Cell.IDLE: None})
    ill = down("sw-coeur", T0 + 31_000, T0 + 45_000, Cause.PARENT)
    batches = [
        agent.sends(agent.listing(), agent.bulletin(ill, fleet=fleet)),
        agent.sends(agent.bulletin(previous=Previous("00000000000000cc", 12), replaces=((3, 4),))),
        agent.sends(agent.gap("00000000000000cc", (1, 3), (7, 9)), agent.gap(agent.run, (90, 91))),
    ]
    hellos = [agent.hello(), agent.hello("n2", {agent.run: (2, 9), "cc": (5, 4)}, 1_795_424_400, 1)]
    now = Now(
        agent.run, T0, 9, T0 + 300_000, INVENTORY.digest,
        (Present("link", ill.state, Cause.TIMEOUT, T0 + 1_000),),
        {"link": {"rtt_seconds": 0.012, "packet_loss_ratio": 0.0}, "sw-coeur": {"ports_up": 12.0}},
        {"spool_bytes": 4096.0, "cpu_seconds_total": 1.5},
    )  # fmt: skip
    presences = [encode_presence(Presence(up, agent.run, "1.0")) for up in (True, False)]
    marks = {agent.run: Mark(7, ((9, 12), (20, 21)))}
    refused = ((agent.run, 8, "conflict: why"),)
    receipt = Receipt(3, 99, "n1", marks, T0 + 5, T0, refused)
    return {
        "bulletin": [payload for _, payload in batches],
        "hello": [payload for _, payload in hellos],
        "now": [encode_now(now)],
        "presence": presences,
        "receipt": [encode_receipt(receipt, MASTER)],
    }


SEEDS: Final = _seeds()

TARGETS: Final[dict[str, Callable[[bytes], None]]] = {
    "decode": reads_batches,
    "decode_hello": reads_hellos,
    "decode_now": reads_presents,
    "decode_presence": reads_presences,
    "decode_receipt": reads_receipts,
    "handle bulletin": lambda payload: takes_in("bulletin", payload),
    "handle hello": lambda payload: takes_in("hello", payload),
    "handle now": lambda payload: takes_in("now", payload),
    "handle presence": lambda payload: takes_in("presence", payload),
}
SPOKEN: Final = {
    "decode": "bulletin", "decode_hello": "hello", "decode_now": "now",
    "decode_presence": "presence", "decode_receipt": "receipt",
    **{f"handle {leaf}": leaf for leaf in LEAVES},
}  # fmt: skip
"""What each target is spoken to in."""


def attempt(case: bytes) -> None:
    """Give a case, the name of a target on a line and a payload after it, to its target."""
    name, _, payload = case.partition(b"\n")
    target = TARGETS.get(name.decode("latin-1"))
    if target:
        target(payload)


def cases() -> dict[str, bytes]:
    """Return the real messages as cases, each under a name."""
    return {
        f"{name.replace(' ', '-')}-{number}": name.encode() + b"\n" + payload
        for name, leaf in SPOKEN.items()
        for number, payload in enumerate(SEEDS[leaf])
    }
