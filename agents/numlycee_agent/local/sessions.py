"""Who has given the password: sessions held in memory, known by the digest of their token."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field

from numlycee.clock import Clock

IDLE, LONGEST = 1800.0, 12 * 3600.0
"""Seconds: a session ends after so long without a page, and after so long in any case."""
MOST = 16


@dataclass(slots=True)
class Session:
    """One technician's visit; `form` must come back with every form."""

    began: float
    seen: float
    form: str = field(repr=False)

    def vouches(self, token: str) -> bool:
        """Tell whether a form was drawn for this session."""
        return hmac.compare_digest(self.form.encode(), token.encode("utf-8", "surrogatepass"))


class Sessions:
    """At most `MOST` sessions: the one unseen for the longest gives way to a new one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[bytes, Session] = OrderedDict()

    def begin(self) -> str:
        """Open a session and return its token, for a cookie."""
        token, now = secrets.token_urlsafe(32), self._clock.monotonic()
        self._open[_digest(token)] = Session(now, now, secrets.token_urlsafe(32))
        while len(self._open) > MOST:
            self._open.popitem(last=False)
        return token

    def of(self, token: str) -> Session | None:
        """Return the session of a token while it lasts, and note that it was seen."""
        key, now = _digest(token), self._clock.monotonic()
        session = self._open.get(key)
        if session is None:
            return None
        if now - session.seen > IDLE or now - session.began > LONGEST:
            del self._open[key]
            return None
        session.seen = now
        self._open.move_to_end(key)
        return session

    def end(self, token: str) -> None:
        """Close a session."""
        self._open.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
