"""The page that asks for the password, and those that say why nothing else is shown."""

from collections.abc import Iterator

from numlycee_agent.local.frame import Frame
from numlycee_agent.local.markup import Content, tag

REFUSED = "Ce n’est pas le mot de passe."
TOO_OFTEN = "Trop d’essais : attendez une demi-minute."
FAULTS = (REFUSED, TOO_OFTEN)


def entrance(frame: Frame, fault: str = "") -> Iterator[Content]:
    """Yield the form; `fault` says why the last try failed."""
    tongue = frame.tongue
    word = tag("label", tongue("Mot de passe du technicien"), for_="password")
    field = tag(
        "input",
        type="password",
        name="password",
        id="password",
        autocomplete="current-password",
        required=True,
        autofocus=True,
        aria_describedby="fault" if fault else None,
        aria_invalid="true" if fault else None,
    )
    complaint = tag("p", tongue(fault), id="fault", class_="t-down some", role="alert")
    sent = tag("div", field, tag("button", tongue("Entrer")))
    ask = tag("form", word, sent, complaint if fault else None, method="post", action="/connexion")
    yield tag("h1", tongue("Les équipements de ce lycée"))
    yield tag("section", ask, class_="card search")


def message(text: str) -> Iterator[Content]:
    """Yield a sentence and the way back."""
    yield tag("h1", text)
    yield tag("p", tag("a", "NumLycée", href="/"))
