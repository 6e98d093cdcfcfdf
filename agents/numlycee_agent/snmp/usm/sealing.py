"""Messages to one engine, made out of a template: what changes is filled in, then signed."""

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.usm import envelope
from numlycee_agent.snmp.usm.envelope import AUTH, PRIV, REPORTABLE, Envelope
from numlycee_agent.snmp.usm.user import SALT_OCTETS, User

_FOUR_OCTETS = 1 << 30
_IDENTIFIER = slice(7, 11)  # after version 3, and the tags and lengths of header and identifier


class Seal:
    """The envelopes of a user to an engine at one second of it."""

    __slots__ = ("_digest_at", "_engine", "_head", "_salt_at", "_user")

    def __init__(self, user: User, engine: bytes, clock: tuple[int, int]) -> None:
        flags, digest = level(user) | REPORTABLE, bytes(user.digest_size * user.authenticates)
        salt = bytes(SALT_OCTETS * user.enciphers)
        about = Envelope(_FOUR_OCTETS, flags, engine, clock, user.name, digest, salt)
        self._head = envelope.head(about)
        self._user, self._engine = user, engine
        self._salt_at = len(self._head) - len(salt)
        self._digest_at = self._salt_at - 2 - len(digest)

    def close(self, identifier: int, salt: bytes, body: bytes) -> bytes:
        """Return the message with this body; `salt` is empty for a body in clear."""
        head = bytearray(self._head)
        head[_IDENTIFIER] = identifier.to_bytes(4, "big")
        head[self._salt_at :] = salt
        message = ber.tlv(ber.SEQUENCE, bytes(head) + body)
        if not self._user.authenticates:
            return message
        digest = self._user.digest(self._engine, message)
        at = len(message) - len(body) - len(head) + self._digest_at
        return message[:at] + digest + message[at + len(digest) :]


def level(user: User) -> int:
    """Return the flags of the messages of a user, which are as secure as its keys allow."""
    return AUTH * user.authenticates | PRIV * user.enciphers
