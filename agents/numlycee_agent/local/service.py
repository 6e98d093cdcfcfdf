"""The local end, whole: from the configuration to what listens on the school's network."""

import logging
import ssl
from contextlib import closing
from typing import Protocol

from aiohttp import web

from numlycee.clock import Clock
from numlycee.settings import SettingsError
from numlycee_agent import __version__
from numlycee_agent.config.local import Local
from numlycee_agent.local import beacon, password
from numlycee_agent.local.door import Door
from numlycee_agent.local.receiving import Receiving
from numlycee_agent.local.server import application, open_socket, serve
from numlycee_agent.local.sight import Inside, Kept, Site, Told
from numlycee_agent.local.technician import Technician
from numlycee_agent.mobile.ports import Beacons, Today

_log = logging.getLogger(__name__)

RETRY = 60.0


class Devices(Beacons, Today, Protocol):
    """What counts mobile devices."""


class LocalEnd:
    """Serves what `[local]` asks for; raises `SettingsError` for what it cannot mean."""

    def __init__(self, uai: str, local: Local, devices: Devices | None, clock: Clock) -> None:
        self._uai = uai
        self._local = local
        self._devices = devices
        self._clock = clock
        self._context = _context(local)
        self._hashed = password.load(local.password_file) if local.password_file else None
        self._receiving = _receiving(local, devices, clock)

    async def run(self, site: Site, kept: Kept, told: Told) -> None:
        """Serve until cancelled; a port that cannot be opened is told, and tried every minute."""
        made, fault = self._application(site, kept, told), ""
        while True:
            try:
                listener = open_socket(*self._local.address)
            except OSError as error:
                reason = error.strerror or str(error)
                if reason != fault:
                    _log.warning("nothing is served on %s: %s", self._local.listen, reason)
                fault = reason
                await self._clock.sleep(RETRY)
                continue
            secure = "over TLS" if self._context else "in clear"
            _log.info("the local page is served on %s, %s", self._local.listen, secure)
            with closing(listener):
                await serve(made, listener, self._local.networks, self._clock, self._context)

    def _application(self, site: Site, kept: Kept, told: Told) -> web.Application:
        local, receiving = self._local, self._receiving
        counts = receiving.counts if receiving else None
        inside = Inside(self._uai, __version__, site, kept, told, self._devices, counts)
        routes = receiving.routes() if receiving else []
        if self._hashed:
            password.give_memory_back()
            door = Door(self._hashed, self._clock)
            routes += Technician(inside, door, local.readers, local.zone).routes()
        return application(self._uai, local.zone, routes)


def _receiving(local: Local, beacons: Beacons | None, clock: Clock) -> Receiving | None:
    if not local.beacon or local.beacon_key_file is None:
        return None
    if beacons is None:
        raise SettingsError("local.beacon: nothing counts devices here: add [mobile]")
    guard = beacon.Guard(beacon.load_key(local.beacon_key_file), clock)
    return Receiving(beacons, guard, local.senders, clock)


def _context(local: Local) -> ssl.SSLContext | None:
    if local.certificate is None or local.key is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(local.certificate, local.key, password=_no_password)
    except OSError as error:
        reason = error.strerror if not isinstance(error, ssl.SSLError) else error.reason
        message = f"{local.certificate}: local.certificate or local.key: cannot be used: {reason}"
        raise SettingsError(message) from error
    return context


def _no_password() -> str:
    """Answer for a person: a key that is enciphered cannot be used by a service."""
    raise SettingsError("local.key: is enciphered: give one that needs no passphrase")
