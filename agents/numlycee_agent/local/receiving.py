"""The beacon of devices over HTTP: `POST /v1/beacon`, as docs/fr/balise.md tells it."""

from collections import Counter

from aiohttp import hdrs, web

from numlycee.clock import Clock
from numlycee_agent.config.local import Network
from numlycee_agent.local import beacon
from numlycee_agent.local.asking import is_secure, let_in
from numlycee_agent.local.attempts import Allowance
from numlycee_agent.mobile.ports import Beacons

BURST, EVERY = 30, 2.0
"""Beacons that one address may send at once, and seconds before each of the next ones."""
PATH = "/v1/beacon"


class Receiving:
    """Takes what devices of `senders` say; whether a device is known is never told.

    `counts` tells how many beacons were taken and refused since the start.
    """

    def __init__(
        self, beacons: Beacons, guard: beacon.Guard, senders: tuple[Network, ...], clock: Clock
    ) -> None:
        self.counts: Counter[str] = Counter(taken=0, refused=0)
        self._beacons = beacons
        self._guard = guard
        self._senders = senders
        self._clock = clock
        self._allowance = Allowance(clock, BURST, EVERY)

    def routes(self) -> list[web.RouteDef]:
        """Return what is served."""
        return [web.post(PATH, self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        peer = let_in(request, self._senders)
        if not self._allowance.take(peer):
            return self._refuse(429, "too many beacons from this address")
        body = await request.read()
        if len(body) > beacon.LARGEST:
            return self._refuse(413, f"a beacon holds {beacon.LARGEST} bytes at most")
        authorization = request.headers.get(hdrs.AUTHORIZATION, "")
        if not self._guard.accepts(authorization, body, secure=is_secure(request)):
            return self._refuse(401, "sign with the key of the site: see docs/fr/balise.md")
        try:
            said = beacon.read(body)
        except ValueError as error:
            return self._refuse(400, str(error))
        self._beacons.saw_beacon(self._clock.now(), said)
        self.counts["taken"] += 1
        return web.Response(status=204)

    def _refuse(self, status: int, reason: str) -> web.Response:
        self.counts["refused"] += 1
        headers = {hdrs.WWW_AUTHENTICATE: "HMAC-SHA256"} if status == 401 else {}  # noqa: PLR2004
        return web.json_response({"error": reason}, status=status, headers=headers)
