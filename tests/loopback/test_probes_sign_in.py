"""A service account that signs in to a portal like a CAS, and to portals that misbehave."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from numlycee.adapters.portal import ACCOUNT, Portal, PortalMode
from numlycee.clock import SystemClock
from numlycee.domain.causes import Cause
from numlycee_agent.ports import Health
from numlycee_agent.probes.account import Account
from numlycee_agent.probes.http import HttpProbe
from numlycee_agent.probes.scenario import Scenario, Step

CLOCK = SystemClock()
SECRETS = (*ACCOUNT, "mauvais-mot-de-passe")
FORM = '<form method="post" action="{}"><input name="u"><input type="password" name="p"></form>'
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def portal() -> AsyncIterator[tuple[Portal, str]]:
    portal = Portal(CLOCK, slowness=0.2)
    url = await portal.start()
    yield portal, url
    await portal.stop()


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def signing_in(url: str, password: str = ACCOUNT[1], origin: str = "") -> HttpProbe:
    steps = (
        Step(f"{url}connexion"),
        Step(sign_in=True, shows=("Bonjour, vous êtes",), lands=f"{url}mon-espace"),
        Step(f"{url}mon-espace", shows=("Médiacentre",)),
    )
    account = Account(ACCOUNT[0], password, origin or url)
    return HttpProbe(Scenario(steps, timeout=30.0, slow=20.0), CLOCK, account=account)


async def test_an_account_signs_in_by_the_redirections_of_the_cas(
    portal: tuple[Portal, str],
) -> None:
    probe = signing_in(portal[1])
    for _ in range(2):
        seen = await probe.observe()
        assert (seen.health, seen.cause) == (Health.OK, None)
    assert seen.gauges["first_byte_seconds"] > 0


async def test_a_wrong_password_is_the_probes_fault_and_is_tried_once(
    portal: tuple[Portal, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    probe = signing_in(portal[1], password=SECRETS[2])
    for _ in range(3):
        seen = await probe.observe()
        assert (seen.health, seen.cause) == (Health.UNKNOWN, Cause.PROBE)
    told = [record.getMessage() for record in caplog.records]
    assert any("the account is refused" in line for line in told)
    assert not any(secret in line for line in told for secret in SECRETS)


async def test_a_refusal_after_a_welcome_is_a_failure(portal: tuple[Portal, str]) -> None:
    simulated, url = portal
    probe = signing_in(url)
    assert (await probe.observe()).health is Health.OK
    simulated.mode = PortalMode.MAINTENANCE
    assert (await probe.observe()).cause is Cause.CONTENT
    simulated.mode = PortalMode.OK
    simulated.account = (ACCOUNT[0], "un autre")
    assert [(await probe.observe()).cause for _ in range(4)] == [Cause.REFUSED] * 3 + [Cause.PROBE]


async def test_the_password_is_sent_to_no_other_site(portal: tuple[Portal, str]) -> None:
    seen = await signing_in(portal[1], origin="https://cas.exemple.fr").observe()
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.CONTENT)


async def test_a_password_does_not_follow_a_307() -> None:
    asked: list[tuple[str, str, bool]] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append((request.method, request.path, "s3cret" in await request.text()))
        if request.method == "POST":
            raise web.HTTPTemporaryRedirect("/ailleurs")
        return web.Response(text=FORM.format("/login"), content_type="text/html")

    async with serving(handler) as url:
        steps = (Step(url), Step(sign_in=True))
        probe = HttpProbe(Scenario(steps), CLOCK, account=Account("u", "s3cret", url))
        seen = await probe.observe()
    assert (seen.health, seen.cause) == (Health.FAILED, Cause.HTTP_STATUS)
    assert asked == [("GET", "/", False), ("POST", "/login", True)]


async def test_a_redirection_after_the_post_carries_nothing_of_the_account() -> None:
    asked: list[tuple[str, str, bool]] = []

    async def handler(request: web.Request) -> web.Response:
        said = f"{await request.text()} {request.raw_path} {request.headers}"
        asked.append((request.method, request.path, "s3cret" in said))
        if request.method == "POST":
            raise web.HTTPSeeOther("/accueil")
        return web.Response(text=FORM.format("/a"), content_type="text/html")

    async with serving(handler) as url:
        steps = (Step(url), Step(sign_in=True))
        probe = HttpProbe(Scenario(steps), CLOCK, account=Account("u", "s3cret", url))
        assert (await probe.observe()).cause is Cause.PROBE, "the form came back"
    assert asked == [("GET", "/", False), ("POST", "/a", True), ("GET", "/accueil", False)]


async def test_a_redirection_to_nonsense_after_the_post() -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.method == "POST":
            return web.Response(status=302, headers={"Location": "http://[::1"})
        return web.Response(text=FORM.format(""), content_type="text/html")

    async with serving(handler) as url:
        steps = (Step(url), Step(sign_in=True))
        probe = HttpProbe(Scenario(steps), CLOCK, account=Account("u", "s3cret", url))
        assert (await probe.observe()).cause is Cause.HTTP_STATUS
