"""SNMP notifications as they travel: read, and answered where an answer is awaited.

The Trap-PDU of v1 is that of RFC 1157 §4.1.6; SNMPv2-Trap and InformRequest are those of
RFC 3416 §4.2.6 and §4.2.7. A v1 trap gets the name that RFC 3584 §3.1 gives it.
"""

from dataclasses import dataclass, replace

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.message import Version
from numlycee_agent.snmp.values import Missing, Oid, SnmpDecodeError, Value
from numlycee_agent.traps.tally import Fate

RESPONSE, TRAP_V1, INFORM, TRAP_V2, REPORT = 0xA2, 0xA4, 0xA6, 0xA7, 0xA8

_TRAP_NAME = ber.oid("1.3.6.1.6.3.1.1.4.1.0")
_UPTIME = ber.oid("1.3.6.1.2.1.1.3.0")
_IF_INDEX = ber.oid("1.3.6.1.2.1.2.2.1.1")[2:]
_GENERIC_TRAPS = "1.3.6.1.6.3.1.1.5"
LINK_DOWN, LINK_UP = f"{_GENERIC_TRAPS}.3", f"{_GENERIC_TRAPS}.4"
_ENTERPRISE_SPECIFIC = 6
_PDUS = range(0xA0, 0xA9)


class Refusal(Exception):  # noqa: N818 (an outcome, not a fault of ours)
    """A datagram that wakes nothing: why, and what the protocol would have us answer."""

    def __init__(self, fate: Fate, reply: bytes = b"") -> None:
        super().__init__(fate)
        self.fate = fate
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Notification:
    """What a device tells: the name of the event, and the PDU that an inform awaits in return.

    `ticks` is the sysUpTime of the event in hundredths of a second, `port` the ifIndex that it
    names; `None` where it does not.
    """

    event: Oid
    answer: bytes = b""
    ticks: int | None = None
    port: int | None = None


def read_pdu(data: bytes, at: int, end: int, version: int) -> Notification:
    """Return the notification whose PDU is at `at`.

    Raises `SnmpDecodeError` for what is malformed, `Refusal` for a PDU that notifies nothing.
    """
    tag, start, stop = ber.element(data, at, end)
    if tag == TRAP_V1 and version == Version.V1:
        return _read_v1(data, start, stop)
    if tag in (TRAP_V2, INFORM) and version != Version.V1:
        return _read_v2(data, start, stop, confirmed=tag == INFORM)
    if tag in _PDUS:
        raise Refusal(Fate.NO_NOTIFICATION)
    raise SnmpDecodeError(f"tag {tag:#04x} where a PDU belongs")


def _read_v1(data: bytes, at: int, end: int) -> Notification:
    start, at = ber.enter(data, at, end, ber.OBJECT)
    enterprise = ber.read_oid(data[start:at])
    _, at = ber.enter(data, at, end, ber.ADDRESS)
    generic, at = ber.read_integer(data, at, end)
    specific, at = ber.read_integer(data, at, end)
    stamp, at = ber.enter(data, at, end, ber.TICKS)
    ticks = ber.read_value(ber.TICKS, data[stamp:at])
    told = _read_binds(data, at, end)
    own = generic == _ENTERPRISE_SPECIFIC
    event = f"{enterprise}.0.{specific}" if own else f"{_GENERIC_TRAPS}.{generic + 1}"
    return replace(told, event=event, ticks=_number(ticks))


def _read_v2(data: bytes, at: int, end: int, *, confirmed: bool) -> Notification:
    identifier = data[at : (after := ber.read_integer(data, at, end)[1])]
    _, at = ber.read_integer(data, after, end)
    _, at = ber.read_integer(data, at, end)
    told = _read_binds(data, at, end)
    if not told.event:
        raise SnmpDecodeError("a notification that does not name its event")
    if not confirmed:
        return told
    fields = identifier + ber.integer(0) + ber.integer(0) + data[at:end]
    return replace(told, answer=ber.tlv(RESPONSE, fields))


def _read_binds(data: bytes, at: int, end: int) -> Notification:
    """Read every variable, so that nothing malformed passes; return what they tell together."""
    event, ticks, port = "", None, None
    at, end = ber.enter(data, at, end, ber.SEQUENCE)
    while at < end:
        start, at = ber.enter(data, at, end, ber.SEQUENCE)
        name, after = ber.enter(data, start, at, ber.OBJECT)
        tag, value, stop = ber.element(data, after, at)
        told = ber.read_value(tag, data[value:stop])
        if tag == ber.OBJECT and data[start:after] == _TRAP_NAME:
            event = ber.read_oid(data[value:stop])
        elif tag == ber.TICKS and data[start:after] == _UPTIME:
            ticks = _number(told)
        elif data[name:after].startswith(_IF_INDEX):
            port = _number(told)
    return Notification(event, ticks=ticks, port=port)


def _number(told: Value | Missing) -> int | None:
    return told if isinstance(told, int) else None
