"""The form by which people sign in, as it stands on a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

_WRITTEN = frozenset({"", "text", "email", "tel"})


@dataclass(slots=True)
class Form:
    """A form: where it goes, what it carries of itself, and the fields that people write in.

    `carried` holds the hidden fields, the tokens of a CAS among them, and the button pressed: the
    first one.
    """

    action: str = ""
    method: str = "get"
    carried: dict[str, str] = field(default_factory=dict, repr=False)
    written: list[str] = field(default_factory=list)
    password: str = ""
    pressed: bool = False

    def filled(self, username: str, password: str) -> Mapping[str, str]:
        """Return what a browser would post for this account."""
        name = self.written[-1] if self.written else "username"
        return {**self.carried, name: username, self.password: password}


def sign_in_form(markup: str) -> Form | None:
    """Return the first form that is posted with a password; a page may be cut short."""
    parser = _Forms()
    parser.feed(markup)
    asking = (form for form in parser.forms if form.password and form.method == "post")
    return next(asking, None)


class _Forms(HTMLParser):
    """Collects the forms of a page, each with its fields up to its password."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a form, or note a field of the one that is open."""
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and tag in {"input", "button"}:
            usual = "submit" if tag == "button" else ""
            _note(self._open, given.get("type", usual).lower(), given)

    def handle_endtag(self, tag: str) -> None:
        """Close the form."""
        if tag == "form":
            self._open = None


def _note(form: Form, kind: str, given: Mapping[str, str]) -> None:
    name, value = given.get("name", ""), given.get("value", "")
    if kind == "submit":
        if name and not form.pressed:
            form.carried[name] = value
        form.pressed = True
    elif name and kind == "hidden":
        form.carried[name] = value
    elif name and kind == "password":
        form.password = form.password or name
    elif name and kind in _WRITTEN and not form.password:
        form.written.append(name)
