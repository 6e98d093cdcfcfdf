"""The form by which one signs in, found on pages as portals really write them."""

import pytest

from numlycee_agent.probes.content import Page
from numlycee_agent.probes.forms import Form

CAS = b"""<form action="/search"><input name="q"><input type="hidden" name="csrf" value="other">
</form><FORM method="POST" id="fm1" action="login?service=x&amp;y=1">
<input type="text" name="username"><input id="password" type="Password" name="password">
<input type="HIDDEN" name="execution" value="e1s1"><input type="hidden" name="lt">
<input type="checkbox" name="rememberMe" value="true">
<input type="hidden" name="_eventId" value="submit"><button name="go" value="1">Entrer</button>
<button name="cancel" value="1">Annuler</button></FORM>"""


def found(markup: bytes) -> Form:
    form = Page(markup).sign_in_form()
    assert form is not None
    return form


def test_a_form_is_filled_in_as_a_browser_would() -> None:
    form = found(CAS)
    assert form.action == "login?service=x&y=1"
    assert form.filled("sonde", "secret") == {
        "execution": "e1s1", "lt": "", "_eventId": "submit", "go": "1",
        "username": "sonde", "password": "secret",
    }  # fmt: skip


def test_the_field_before_the_password_is_that_of_the_name() -> None:
    form = found(
        b'<form method=post><input name="domain"><input name="user_id" type="email">'
        b'<input name="pw" type="password"><input name="captcha"></form>'
    )
    assert form.filled("u", "p") == {"user_id": "u", "pw": "p"}


def test_a_button_without_a_name_is_the_one_pressed() -> None:
    form = found(
        b'<form method="post"><input name="u"><input type="password" name="p">'
        b'<button>Entrer</button><button name="cancel" value="1">Annuler</button>'
    )
    assert form.filled("u", "p") == {"u": "u", "p": "p"}


@pytest.mark.parametrize(
    "markup",
    [
        b"<h1>Bienvenue</h1>",
        b'<form method="post"><input name="q"></form>',
        b'<form><input name="u"><input type="password" name="p"></form>',
        b'<input type="password" name="p">',
        b'<!-- <form method="post"><input type="password" name="p"></form> -->',
        b'<script>"<form method=post><input type=password name=p></form>"</script>',
        b'<form method="post"></form><input type="password" name="p">',
        b"<form method=post><input type=password name=",
    ],
    ids=["none", "no-password", "get", "no-form", "comment", "script", "outside", "cut"],
)
def test_what_is_no_form_to_sign_in_by(markup: bytes) -> None:
    assert Page(markup).sign_in_form() is None


def test_what_a_form_carries_is_not_printed() -> None:
    assert "e1s1" not in repr(found(CAS))
