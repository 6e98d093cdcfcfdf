"""The handshake of one connection: a fresh nonce, and the only receipts that may be heeded."""

import secrets

from numlycee.wire.errors import WireError
from numlycee.wire.messages import MOST_RUNS, Hello, encode_hello
from numlycee.wire.receipts import Receipt, decode_receipt
from numlycee_agent.spool.spool import Spool


class Handshake:
    """Says hello with the nonce of one connection, and reads the receipts that echo it."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._nonce = secrets.token_hex(16)

    def hello(self, spool: Spool, at: int) -> bytes:
        """Return the payload of a hello: what the spool holds, its newest runs at least."""
        runs = list(spool.held().items())[-MOST_RUNS:]
        marks = spool.marks
        return encode_hello(
            Hello(
                nonce=self._nonce,
                run=spool.run,
                began=spool.began,
                runs=dict(runs),
                epoch=marks.epoch,
                commit=marks.commit,
                clock=at,
                spool_bytes=spool.size,
            )
        )

    def read(self, payload: bytes) -> Receipt:
        """Return a receipt of this very connection, authenticated; raises `WireError`."""
        receipt = decode_receipt(payload, self._key)
        if receipt.nonce != self._nonce:
            raise WireError("nonce", "is that of another connection")
        return receipt
