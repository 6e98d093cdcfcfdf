"""Who has the password: given once for a session, or with each request of a program."""

import asyncio
import binascii
from base64 import b64decode
from enum import Enum, auto

from numlycee.clock import Clock
from numlycee_agent.local.attempts import Allowance
from numlycee_agent.local.password import LONGEST, Hash
from numlycee_agent.local.sessions import Sessions

BURST, EVERY = 5, 30.0
"""Wrong passwords that one peer may give at once, and seconds before each of the next ones."""
RESTS = 3.0
"""How many times as long as a wrong password took to check, nothing is checked afterwards."""


class Answer(Enum):
    """What becomes of a password."""

    RIGHT = auto()
    WRONG = auto()
    TOO_OFTEN = auto()


class Door:
    """Checks passwords one at a time, away from the event loop, and keeps the sessions.

    However many peers try, wrong passwords keep one core busy a quarter of the time at most.
    """

    def __init__(self, hashed: Hash, clock: Clock) -> None:
        self.sessions = Sessions(clock)
        self._hashed = hashed
        self._clock = clock
        self._allowance = Allowance(clock, BURST, EVERY)
        self._turn = asyncio.Lock()

    async def try_password(self, peer: str, password: str) -> Answer:
        """Check a password; only the wrong ones count against the peer."""
        if not self._allowance.take(peer):
            return Answer.TOO_OFTEN
        async with self._turn:
            if not await self._fits(password):
                return Answer.WRONG
        self._allowance.give_back(peer)
        return Answer.RIGHT

    async def try_basic(self, peer: str, authorization: str) -> Answer:
        """Check the password of an `Authorization: Basic`, whoever it names (RFC 7617)."""
        scheme, _, coded = authorization.partition(" ")
        try:
            named = b64decode(coded, validate=True).decode()
        except (binascii.Error, ValueError):
            return Answer.WRONG
        if scheme.lower() != "basic" or ":" not in named:
            return Answer.WRONG
        return await self.try_password(peer, named.partition(":")[2])

    async def _fits(self, password: str) -> bool:
        if len(password) > LONGEST:
            return False
        began = self._clock.monotonic()
        fits = await asyncio.to_thread(self._hashed.fits, password)
        rest = RESTS * (self._clock.monotonic() - began)
        if not fits and rest > 0:
            await self._clock.sleep(rest)
        return fits
