"""Which engine speaks to which device: our own codec for v1 and v2c, a library for v3."""

from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import Self

from numlycee_agent.snmp.client import DeviceClient
from numlycee_agent.snmp.credentials import Community, Credentials, Target, Usm
from numlycee_agent.snmp.engine_v2c import CommunitySession, Endpoints
from numlycee_agent.snmp.ports import Session, SnmpClient
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import SnmpError


def installed(library: str) -> bool:
    """Tell whether a library is there and loads: a wheel may be made for another machine."""
    try:
        import_module(library)
    except ImportError:
        return False
    return True


class Engines:
    """Opens clients, and holds what they share; sockets and libraries wait until needed.

    `has` tells which libraries there are; tests hand in another answer.
    """

    def __init__(self, has: Callable[[str], bool] = installed) -> None:
        self._has = has
        self._endpoints = Endpoints()
        self._sizes: dict[tuple[str, int, Credentials], BulkSize] = {}
        self._openers: dict[str, Callable[[Target, Usm], Session]] = {}
        self._closers: list[Callable[[], None]] = [self._endpoints.close]

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
        """Return the client of one device; SnmpError when no library here speaks SNMP v3.

        What the device bears is remembered from one client of it to the next.
        """
        device = target.host, target.port, credentials
        if device not in self._sizes:
            v1 = isinstance(credentials, Community) and credentials.version == "1"
            self._sizes[device] = BulkSize(1) if v1 else BulkSize()
        return DeviceClient(self._session(target, credentials), self._sizes[device])

    def close(self) -> None:
        """Close every socket."""
        for close in self._closers:
            close()

    def _session(self, target: Target, credentials: Credentials) -> Session:
        if isinstance(credentials, Community):
            return CommunitySession(self._endpoints, target, credentials)
        return self._v3(target, credentials)

    def _v3(self, target: Target, credentials: Usm) -> Session:
        if self._has("gufo.snmp"):
            from numlycee_agent.snmp.engine_gufo import GufoSession  # noqa: PLC0415  (optional)

            return GufoSession(target, credentials)
        if self._has("pysnmp"):
            return self._pysnmp()(target, credentials)
        raise SnmpError(
            "no library here speaks SNMP v3: install numlycee-agent[snmp],"
            " or numlycee-agent[pysnmp] on a machine for which that has no wheel"
        )

    def _pysnmp(self) -> Callable[[Target, Usm], Session]:
        if "pysnmp" not in self._openers:
            from numlycee_agent.snmp.engine_pysnmp import PysnmpEngine  # noqa: PLC0415  (optional)

            engine = PysnmpEngine()
            self._openers["pysnmp"] = engine.session
            self._closers.append(engine.close)
        return self._openers["pysnmp"]
