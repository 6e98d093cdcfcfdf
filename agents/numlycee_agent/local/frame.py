"""What every local page has in common: its head, its menu, its icons, its forms."""

from collections.abc import Iterable
from dataclasses import dataclass

from numlycee.domain.states import State
from numlycee_agent.local.markup import Content, Markup, tag
from numlycee_agent.local.tongues import Tongue

STATES = {
    State.UP: "Opérationnel",
    State.DEGRADED: "Dégradé",
    State.DOWN: "En panne",
    State.UNREACHABLE: "Injoignable",
    State.UNOBSERVED: "Non mesuré",
}
MENU = {"/": "État", "/equipements": "Équipements", "/arbre": "Arbre"}
_SPRITE = Markup("""\
<svg class="sprite" aria-hidden="true" focusable="false">
<symbol id="i-up" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.5" fill="currentColor"/>\
<path class="ink" d="M4.4 8.4l2.4 2.4 4.8-5.2"/></symbol>
<symbol id="i-degraded" viewBox="0 0 16 16"><path fill="currentColor" stroke="currentColor" \
stroke-linejoin="round" d="M8 1.4l7 13H1z"/><path class="ink" d="M8 5.6v4.2M8 12v.4"/></symbol>
<symbol id="i-down" viewBox="0 0 16 16"><path fill="currentColor" \
d="M4.9.5h6.2l4.4 4.4v6.2l-4.4 4.4H4.9L.5 11.1V4.9z"/>\
<path class="ink" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/></symbol>
<symbol id="i-unreachable" viewBox="0 0 16 16"><path class="paper" stroke="currentColor" \
stroke-width="2" stroke-linejoin="round" d="M8 1.4l6.6 6.6L8 14.6 1.4 8z"/></symbol>
<symbol id="i-unobserved" viewBox="0 0 16 16"><circle class="paper" cx="8" cy="8" r="6.9" \
stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.6 1.74"/><path fill="none" \
stroke="currentColor" stroke-width="1.5" stroke-linecap="round" \
d="M6.2 6.4a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.5-.7 1.1M8 11.5v.2"/></symbol>
</svg>
""")


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page: its language, whose it is, where it stands, over which connection.

    `form` is the token of the visitor's forms, empty before the password was given.
    """

    tongue: Tongue
    uai: str
    path: str = ""
    form: str = ""
    secure: bool = True


def draw(frame: Frame, title: str, *content: Content) -> str:
    """Return a whole page."""
    tongue = frame.tongue
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} – NumLycée {frame.uai}"),
        tag("link", rel="stylesheet", href="/style.css"),
        tag("link", rel="icon", type="image/svg+xml", href="/icon.svg"),
    )
    skip = tag("a", tongue("Aller au contenu"), class_="skip", href="#contenu")
    main = tag("main", _clear(frame), *content, id="contenu", tabindex="-1")
    body = tag("body", _SPRITE, skip, _top(frame), main)
    return f"<!doctype html>\n{tag('html', head, body, lang=tongue.code)}\n"


def icon(state: State) -> Markup:
    """Return the sign of a state: its shape says it without its colour."""
    use = tag("use", href=f"#i-{state}")
    return tag("svg", use, class_=f"i s-{state}", aria_hidden="true", focusable="false")


def badge(state: State, tongue: Tongue, text: str | None = None) -> Markup:
    """Return a state with its sign."""
    return tag("span", icon(state), text or tongue(STATES[state]), class_=f"badge t-{state}")


def card(title: str, *content: Content) -> Markup:
    """Return a part of a page under its heading."""
    return tag("section", tag("h2", title), *content, class_="card")


def facts(pairs: Iterable[tuple[str, Content]]) -> Markup:
    """Return names and what stands for each."""
    found = (tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs)
    return tag("dl", *found, class_="facts")


def form(frame: Frame, action: str, *content: Content) -> Markup:
    """Return a form that only this visitor's session can send; it leads back to where it stood."""
    token = tag("input", type="hidden", name="form", value=frame.form)
    back = tag("input", type="hidden", name="back", value=frame.path)
    return tag("form", token, back, *content, method="post", action=action)


def notice(name: str, tongue: Tongue) -> Markup:
    """Return what one reads after having had a resource observed."""
    text = tongue("Observation demandée : {}. Actualisez dans quelques secondes.").format(name)
    return tag("p", text, class_="stamp", role="status")


def _top(frame: Frame) -> Markup:
    tongue = frame.tongue
    name = tag("strong", "NumLycée")
    brand = tag(
        "p", name, " ", tag("span", f"{tongue('Agent du lycée')} {frame.uai}"), class_="brand"
    )
    if not frame.form:
        return tag("header", brand, class_="top")
    links = (
        tag("li", tag("a", tongue(text), href=path, aria_current=frame.path == path and "page"))
        for path, text in MENU.items()
    )
    leave = form(frame, "/deconnexion", tag("button", tongue("Quitter"), class_="quiet"))
    menu = tag("nav", tag("ul", *links, tag("li", leave)), aria_label=tongue("Principale"))
    return tag("header", brand, menu, class_="top")


def _clear(frame: Frame) -> Markup | None:
    if frame.secure:
        return None
    tongue = frame.tongue
    warning = tag("strong", tongue("Connexion en clair"))
    rest = tongue(" : le mot de passe et cette page peuvent être lus sur le réseau du lycée.")
    return tag("p", icon(State.DEGRADED), tag("span", warning, rest), class_="stale clear")
