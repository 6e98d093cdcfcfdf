"""Sorting what came over the wire: by site, decoded, and whatever is wrong set aside."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from numlycee.wire.errors import WireError
from numlycee.wire.messages import (
    Hello,
    Now,
    Presence,
    decode_hello,
    decode_now,
    decode_presence,
)
from numlycee.wire.records import Record, Refused, decode
from numlycee.wire.topics import Topics

Message = tuple[str, bytes]
"""Topic and payload."""
STRANGERS = "strangers"
"""In whose name the log complains of what belongs to no site of the fleet."""
EPOCH_AHEAD = 86_400
"""An epoch is dated in seconds: none lies more than a day in the future."""


@dataclass(slots=True)
class SiteMail:
    """What one site sent: records in order, when the last batch left, its last hello."""

    sent: int = 0
    records: list[Record | Refused] = field(default_factory=list)
    hello: Hello | None = None
    wrong: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class Mail:
    """A batch, sorted. `rejected` counts, by reason, what had no place in the account."""

    sites: dict[str, SiteMail] = field(default_factory=dict)
    live: list[tuple[str, Now | Presence]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    complaints: list[tuple[str, str]] = field(default_factory=list)


def sort(batch: Iterable[Message], fleet: Collection[str], topics: Topics, at: int) -> Mail:
    """Return a batch sorted by site; never raises, whatever the bytes."""
    mail = Mail()
    for topic, payload in batch:
        parsed = topics.parse(topic)
        if parsed is None or parsed[1] != "up":
            mail.rejected["topic"] += 1
            mail.complaints.append((STRANGERS, f"topic {topic[:80]!r} is not one of ours"))
        elif parsed[0] not in fleet:
            mail.rejected["unknown-site"] += 1
            mail.complaints.append((STRANGERS, f"site {parsed[0]} is not in the fleet"))
        else:
            _open(mail, parsed[0], parsed[2], payload, at)
    return mail


def _open(mail: Mail, uai: str, leaf: str, payload: bytes, at: int) -> None:
    try:
        _file(mail, uai, leaf, payload, at)
    except (ValueError, RecursionError) as error:
        mail.outcomes["malformed"] += 1
        mail.complaints.append((uai, f"{leaf}: {error}"))
        _of(mail, uai).wrong.append((f"{leaf}: {error}", payload))


def _file(mail: Mail, uai: str, leaf: str, payload: bytes, at: int) -> None:
    match leaf:
        case "bulletin":
            _records(_of(mail, uai), mail, uai, payload)
        case "hello":
            hello = decode_hello(payload)
            if hello.epoch > at // 1000 + EPOCH_AHEAD:
                raise WireError("epoch", "lies in the future")
            _of(mail, uai).hello = hello
        case "now":
            now = decode_now(payload)
            mail.rejected["unknown-word"] += now.unknown
            mail.live.append((uai, now))
        case _:
            mail.live.append((uai, decode_presence(payload)))
    mail.outcomes[leaf] += leaf != "bulletin"


def _records(site: SiteMail, mail: Mail, uai: str, payload: bytes) -> None:
    sent, records = decode(payload)
    site.sent = max(site.sent, sent)
    for record in records:
        if isinstance(record, Refused):
            site.wrong.append((record.reason, record.raw))
            if record.key is None:
                mail.outcomes["malformed"] += 1
                mail.complaints.append((uai, record.reason))
    site.records += records


def _of(mail: Mail, uai: str) -> SiteMail:
    return mail.sites.setdefault(uai, SiteMail())
