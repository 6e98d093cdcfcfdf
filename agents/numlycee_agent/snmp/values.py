"""What SNMP carries, as the rest of the agent sees it: names, values, lacks and errors."""

from enum import Enum, IntEnum, StrEnum

Oid = str
"""An object identifier in dotted decimal, without a leading dot."""

Value = int | float | bytes | str
"""Numbers are `int` (or `float` from an Opaque), octets `bytes`; OIDs and addresses dotted text."""

Columns = dict[Oid, dict[str, Value]]
"""What a walk returns: for each column asked for, the values by the rest of their OID."""


class Missing(Enum):
    """Why a variable has no value (RFC 3416 §4.2.1; `NULL` stands for v1 and lax agents)."""

    NULL = 0x05
    NO_OBJECT = 0x80
    NO_INSTANCE = 0x81
    END_OF_VIEW = 0x82


VarBind = tuple[Oid, Value | Missing]


class Status(IntEnum):
    """The error statuses that are acted upon (RFC 3416 §3)."""

    OK = 0
    TOO_BIG = 1
    NO_SUCH_NAME = 2
    GENERIC = 5
    NO_ACCESS = 6
    AUTHORIZATION = 16


class SnmpError(Exception):
    """A device could not be asked, or answered with a fault."""


class SnmpUnasked(SnmpError):  # noqa: N818  (the outside's usual word)
    """The question could not be sent, for want of an address or a socket: it accuses nobody."""


class SnmpTimeout(SnmpError):  # noqa: N818  (the outside's usual word)
    """Nothing came back in time; with v2c a wrong community looks just the same."""


class Grounds(StrEnum):
    """Why a device refuses a credential."""

    VIEW = "it shows it nothing of this"
    LEVEL = "it does not grant it this level of security"
    CLOCK = "it does not accept the time that it tells itself"
    USER = "it does not know this user"
    ENGINE = "it does not accept the engine that it names itself"
    AUTH_KEY = "the authentication key or protocol is wrong"
    PRIV_KEY = "the privacy key or protocol is wrong"
    OTHER = "it reports something else"


class SnmpRefused(SnmpError):  # noqa: N818  (the outside's usual word)
    """The device answers, but rejects the credential, on these grounds."""

    def __init__(self, host: str, grounds: Grounds) -> None:
        super().__init__(f"{host} refuses this access: {grounds}")
        self.grounds = grounds


class SnmpDecodeError(SnmpError):
    """Octets that are no SNMP message of ours."""


class SnmpStatusError(SnmpError):
    """The device answered with an error status."""

    def __init__(self, status: int, index: int = 0) -> None:
        super().__init__(f"error status {status} at variable {index}")
        self.status = status
        self.index = index
