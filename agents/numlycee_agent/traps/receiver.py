"""One datagram in, perhaps one out: who may wake what, and what became of everything that came."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import IPv6Address, ip_address
from typing import Protocol

from numlycee_agent.snmp import ber
from numlycee_agent.snmp.credentials import Community
from numlycee_agent.snmp.message import Version
from numlycee_agent.snmp.values import SnmpDecodeError
from numlycee_agent.traps.notification import (
    LINK_DOWN,
    LINK_UP,
    Notification,
    Refusal,
    read_pdu,
)
from numlycee_agent.traps.tally import Fate, Tally

_log = logging.getLogger(__name__)

Hear = Callable[[str, int, int | None], Iterable[str]]


class SecureReader(Protocol):
    """What reads the notifications of v3."""

    def read(self, data: bytes, at: int, end: int) -> tuple[Notification, bytes]:
        """Return what a message tells and what to send back; `SnmpDecodeError` or `Refusal`."""
        ...


class Receiver:
    """Wakes the resources that live at a notification's source address.

    `devices` maps an address to the ids of what is watched there. Only a watched address is read,
    and answered, at all. `hear` is handed a port that a switch tells of (the id of the switch, the
    ifIndex, and the sysUpTime at which it fell or None) and names what else is to be woken.
    """

    def __init__(
        self,
        devices: Mapping[str, Sequence[str]],
        communities: Iterable[Community],
        secure: SecureReader,
        wake: Callable[[str], None],
        tally: Tally,
        hear: Hear = lambda *_: (),
    ) -> None:
        self._devices = devices
        self._communities = {item.community.encode() for item in communities}
        self._secure = secure
        self._wake = wake
        self._tally = tally
        self._hear = hear
        self._broken = False

    def take(self, datagram: bytes, source: str) -> bytes:
        """Return what is to be sent back, empty for nothing; never raises, whatever has come."""
        resources = self._devices.get(_plain(source))
        if not resources:
            self._tally.count(Fate.UNKNOWN_SENDER)
            return b""
        try:
            told, reply = self._read(datagram)
        except SnmpDecodeError:
            self._tally.count(Fate.MALFORMED)
            return b""
        except Refusal as refusal:
            self._tally.count(refusal.fate)
            return refusal.reply
        except Exception:  # noqa: BLE001 (a datagram must not end the agent)
            self._tally.count(Fate.FAULT)
            if not self._broken:
                _log.exception("a notification is beyond us")
            self._broken = True
            return b""
        self._tally.count(Fate.HEEDED)
        for resource in resources:
            _log.debug("%s tells %s", resource, told.event)
            self._wake(resource)
            for other in self._behind(resource, told):
                self._wake(other)
        return reply

    def _behind(self, resource: str, told: Notification) -> Iterable[str]:
        if told.port is None or told.event not in (LINK_DOWN, LINK_UP):
            return ()
        return self._hear(resource, told.port, told.ticks if told.event == LINK_DOWN else None)

    def _read(self, data: bytes) -> tuple[Notification, bytes]:
        at, end = ber.enter(data, 0, len(data), ber.SEQUENCE)
        version, after = ber.read_integer(data, at, end)
        if version == Version.V3:
            return self._secure.read(data, after, end)
        if version not in (Version.V1, Version.V2C):
            raise SnmpDecodeError(f"there is no version {version}")
        community, pdu_at = ber.read_octets(data, after, end)
        notification = read_pdu(data, pdu_at, end, version)
        if community not in self._communities:
            raise Refusal(Fate.WRONG_COMMUNITY)
        if not notification.answer:
            return notification, b""
        return notification, ber.tlv(ber.SEQUENCE, data[at:pdu_at] + notification.answer)


def _plain(source: str) -> str:
    """Return an address as the configuration spells it: no zone, no IPv4 dressed as IPv6."""
    bare = source.partition("%")[0]
    if not bare.startswith("::ffff:"):
        return bare
    address = ip_address(bare)
    dressed = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(dressed or address)
