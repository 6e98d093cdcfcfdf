"""Receipts: what the centre has stored durably, authenticated because they destroy data."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.records import VERSION, canonical, version


@dataclass(frozen=True, slots=True)
class Mark:
    """What is settled of one run: all up to `contiguous`, and the ranges `beyond` it."""

    contiguous: int
    beyond: tuple[tuple[int, int], ...] = ()

    def __contains__(self, seq: object) -> bool:
        """Tell whether a sequence number is settled."""
        if not isinstance(seq, int):
            return False
        return seq <= self.contiguous or any(a <= seq <= b for a, b in self.beyond)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The centre's word for one site, valid within the handshake of `nonce`.

    `epoch` grows when the centre's store is restored or replaced, `commit` with every commit.
    `refused` lists (run, seq, reason): settled but without effect. `sent` echoes the last batch.
    """

    epoch: int
    commit: int
    nonce: str
    runs: Mapping[str, Mark]
    received_at: int
    sent: int = 0
    refused: tuple[tuple[str, int, str], ...] = field(default=())


def site_key(master: bytes, uai: str) -> bytes:
    """Return the key that one site shares with the centre, derived from the centre's secret."""
    return hmac.digest(master, b"numlycee receipt key v1 " + uai.encode(), hashlib.sha256)


def encode_receipt(receipt: Receipt, key: bytes) -> bytes:
    """Return the payload of a receipt with its HMAC-SHA-256 (RFC 2104)."""
    body = _body(receipt)
    return canonical(body | {"mac": _mac(body, key)})


def decode_receipt(payload: bytes, key: bytes) -> Receipt:
    """Return a receipt whose authentication holds; raises `WireError` otherwise."""
    fields = reading.load(payload)
    version(fields)
    body = {name: value for name, value in fields.items() if name != "mac"}
    if not _proves(reading.text(fields, "mac", 64), body, key):
        raise WireError("mac", "does not authenticate this receipt; check the site's receipt key")
    runs = reading.table(fields.get("runs"), "runs")
    return Receipt(
        epoch=reading.integer(fields, "epoch", 1, 2**53),
        commit=reading.integer(fields, "commit", 0, 2**53),
        nonce=reading.text(fields, "nonce", 64),
        runs={run: _mark(mark, f"runs.{run}") for run, mark in runs.items()},
        received_at=reading.integer(fields, "received_at"),
        sent=reading.integer(fields, "sent"),
        refused=tuple(reading.items(fields.get("refused"), "refused", _refused)),
    )


def _body(receipt: Receipt) -> dict[str, Any]:
    return {
        "v": VERSION, "epoch": receipt.epoch, "commit": receipt.commit, "nonce": receipt.nonce,
        "runs": {
            run: {"mark": mark.contiguous, "beyond": [list(span) for span in mark.beyond]}
            for run, mark in receipt.runs.items()
        },
        "received_at": receipt.received_at, "sent": receipt.sent,
        "refused": [list(item) for item in receipt.refused],
    }  # fmt: skip


def _mac(body: Mapping[str, object], key: bytes) -> str:
    return hmac.new(key, canonical(body), hashlib.sha256).hexdigest()


def _proves(mac: str, body: Mapping[str, object], key: bytes) -> bool:
    try:
        expected = _mac(body, key)
    except UnicodeEncodeError:  # JSON may spell half a character, which no bytes can
        return False
    return hmac.compare_digest(expected.encode(), mac.encode())


def _mark(value: object, where: str) -> Mark:
    fields = reading.table(value, where)
    beyond = reading.items(fields.get("beyond"), f"{where}.beyond", reading.span)
    return Mark(reading.integer(fields, "mark", 0, 2**53), tuple(beyond))


def _refused(value: object, where: str) -> tuple[str, int, str]:
    parts = reading.array(value, where, 3)
    if len(parts) != 3:  # noqa: PLR2004 (the three parts named in the message)
        raise WireError(where, "must be [run, seq, reason]")
    return (
        reading.as_text(parts[0], where, 64),
        reading.as_integer(parts[1], where, 1, 2**53),
        reading.as_text(parts[2], where, 200),
    )
