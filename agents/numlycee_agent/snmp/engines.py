"""Which engine speaks to which device: by a community, or as a user."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

from numlycee_agent.snmp.client import DeviceClient
from numlycee_agent.snmp.credentials import Community, Credentials, Target
from numlycee_agent.snmp.endpoint import Endpoints
from numlycee_agent.snmp.engine_v2c import community_session
from numlycee_agent.snmp.engine_v3 import SecuredDevices
from numlycee_agent.snmp.ports import Session, SnmpClient
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.usm.cipher import LACKING, available
from numlycee_agent.snmp.values import SnmpError


class Engines:
    """Opens clients, and holds what they share; sockets and keys wait until needed.

    `enciphers` tells whether anything here does; tests hand in another answer.
    """

    def __init__(self, enciphers: Callable[[], bool] = available) -> None:
        self._enciphers = enciphers
        self._endpoints = Endpoints()
        self._sizes: dict[tuple[str, int, Credentials], BulkSize] = {}
        self._locks: WeakValueDictionary[tuple[str, int, Credentials], asyncio.Lock] = (
            WeakValueDictionary()
        )
        self._secured = SecuredDevices(self._endpoints)

    async def __aenter__(self) -> Self:
        """Open nothing yet."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every socket."""
        self.close()

    def open_client(self, target: Target, credentials: Credentials) -> SnmpClient:
        """Return the client of one device; SnmpError when a cipher is lacking.

        What the device bears is remembered from one client of it to the next, and all its clients
        of one access together have one request in flight.
        """
        device = target.host, target.port, credentials
        if device not in self._sizes:
            v1 = isinstance(credentials, Community) and credentials.version == "1"
            self._sizes[device] = BulkSize(1) if v1 else BulkSize()
        lock = self._locks.setdefault(device, asyncio.Lock())
        return DeviceClient(self._session(target, credentials), self._sizes[device], lock)

    def close(self) -> None:
        """Close every socket."""
        self._endpoints.close()

    def _session(self, target: Target, credentials: Credentials) -> Session:
        if isinstance(credentials, Community):
            return community_session(self._endpoints, target, credentials)
        if credentials.priv_key and not self._enciphers():
            raise SnmpError(LACKING)
        return self._secured.session(target, credentials)
