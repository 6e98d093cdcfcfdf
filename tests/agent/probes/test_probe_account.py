"""An account signs in: to its own origin alone, and with patience when it is refused."""

import pytest

from numlycee.domain.causes import Cause
from numlycee_agent.probes.account import REST, Account, Post, SignIn, origin
from numlycee_agent.probes.content import Page
from numlycee_agent.probes.scenario import Fault
from tests.agent.virtual import VirtualClock

FORM = '<form method="post" action="{}"><input name="u"><input type="password" name="p"></form>'
HERE = "https://cas.ent.exemple.fr/login?service=x"
FORM_HERE = Page(FORM.format("").encode())
SPACE = Page(b"<h1>Mon espace</h1>")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def sign_in(clock: VirtualClock) -> SignIn:
    return SignIn(Account("sonde", "s3cret", "https://cas.ent.exemple.fr"), clock)


@pytest.mark.parametrize("action", ["", "/login", "HTTPS://CAS.ent.exemple.fr:443/login?a=b"])
def test_the_form_is_posted_to_the_origin(sign_in: SignIn, action: str) -> None:
    post = sign_in.post(Page(FORM.format(action).encode()), HERE)
    assert isinstance(post, Post)
    assert post.fields == {"u": "sonde", "p": "s3cret"}
    assert origin(post.url) == ("https", "cas.ent.exemple.fr", 443)


@pytest.mark.parametrize(
    "action",
    [
        "http://cas.ent.exemple.fr/login",
        "https://cas.ent.exemple.fr:8443/login",
        "https://cas.ent.exemple.fr.pirate.net/login",
        "https://cas.ent.exemple.fr@pirate.net/login",
        "//pirate.net/?jeton=secret",
        "javascript:void(0)",
    ],
)
def test_a_form_that_leads_elsewhere_is_sent_nothing(sign_in: SignIn, action: str) -> None:
    fault = sign_in.post(Page(FORM.format(action).encode()), HERE)
    assert isinstance(fault, Fault)
    assert fault.cause is Cause.CONTENT
    assert "secret" not in fault.detail


def test_a_page_of_another_site_is_sent_nothing(sign_in: SignIn) -> None:
    assert isinstance(sign_in.post(FORM_HERE, "https://portail-captif.lan/"), Fault)


def test_a_page_without_a_form_is_not_the_right_one(sign_in: SignIn) -> None:
    assert sign_in.post(SPACE, HERE) == Fault(Cause.CONTENT, "no form to sign in by")


async def test_an_account_that_was_never_let_in_accuses_nobody_and_rests(
    sign_in: SignIn, clock: VirtualClock
) -> None:
    assert isinstance(sign_in.post(FORM_HERE, HERE), Post)
    refusal = sign_in.received(401, SPACE, HERE)
    assert refusal is not None
    assert refusal.cause is Cause.PROBE
    resting = sign_in.post(FORM_HERE, HERE)
    assert isinstance(resting, Fault)
    assert resting.cause is Cause.PROBE
    await clock.advance(REST)
    assert isinstance(sign_in.post(FORM_HERE, HERE), Post)


async def test_an_account_that_was_let_in_accuses_three_times_then_rests(
    sign_in: SignIn, clock: VirtualClock
) -> None:
    assert sign_in.received(200, SPACE, HERE) is None
    sign_in.succeeded()
    for _ in range(3):
        assert isinstance(sign_in.post(FORM_HERE, HERE), Post)
        refusal = sign_in.received(200, FORM_HERE, HERE)
        assert refusal is not None
        assert refusal.cause is Cause.REFUSED
    assert isinstance(sign_in.post(FORM_HERE, HERE), Fault)
    await clock.advance(REST)
    assert isinstance(sign_in.post(FORM_HERE, HERE), Post)
    sign_in.succeeded()
    assert sign_in.received(403, SPACE, HERE) is not None
    assert isinstance(sign_in.post(FORM_HERE, HERE), Post), "the count begins again"


def test_a_form_that_changes_the_password_is_no_refusal(sign_in: SignIn) -> None:
    assert isinstance(sign_in.post(FORM_HERE, HERE), Post)
    change = Page(FORM.format("/mot-de-passe").encode())
    assert sign_in.received(200, change, "https://cas.ent.exemple.fr/mon-espace") is None
    assert sign_in.received(200, FORM_HERE, HERE) is not None


def test_neither_name_nor_password_is_printed(sign_in: SignIn) -> None:
    account = Account("sonde.lycee", "s3cret", "https://cas.ent.exemple.fr")
    post = sign_in.post(FORM_HERE, HERE)
    assert "s3cret" not in repr((account, post))
    assert "sonde" not in repr((account, post))
