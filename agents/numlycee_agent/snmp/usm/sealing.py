"""Messages to one engine, made out of a template: what changes is filled in, then signed."""

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import AUTH, PRIV, REPORTABLE, Envelope
from numlycee_agent.snmp.usm.user import SALT_OCTETS, User

_FOUR_OCTETS = 1 << 30
_BEFORE_IDENTIFIER = 7  # version 3, then the tags and lengths of the header and of the identifier


class Seal:
    """The envelopes of a user to an engine at one second of it, for bodies of one length."""

    __slots__ = ("_digest", "_engine", "_head", "_identifier", "_salt", "_user")

    def __init__(self, user: User, engine: bytes, clock: tuple[int, int], size: int) -> None:
        flags, digest = level(user) | REPORTABLE, bytes(user.digest_size * user.authenticates)
        salt = bytes(SALT_OCTETS * user.enciphers)
        about = Envelope(_FOUR_OCTETS, flags, engine, clock, user.name, digest, salt)
        whole = envelope.seal(about, bytes(size))
        self._head = whole[: len(whole) - size]
        self._user, self._engine = user, engine
        start = ber.element(whole, 0, len(whole))[1] + _BEFORE_IDENTIFIER
        self._identifier = slice(start, start + 4)
        self._salt = slice(len(self._head) - len(salt), len(self._head))
        end = self._salt.start - 2
        self._digest = slice(end - len(digest), end)

    def close(self, identifier: int, salt: bytes, body: bytes) -> bytes:
        """Return the message with this body; `salt` is empty for a body in clear."""
        message = bytearray(self._head)
        message[self._identifier] = identifier.to_bytes(4, "big")
        message[self._salt] = salt
        message += body
        if self._user.authenticates:
            message[self._digest] = self._user.digest(self._engine, message)
        return bytes(message)


def level(user: User) -> int:
    """Return the flags of the messages of a user, which are as secure as its keys allow."""
    return AUTH * user.authenticates | PRIV * user.enciphers
