"""What every handler reads of a request, and why one is turned away."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import hdrs, web

from numlycee_agent.config.local import Network, among

_MOST_FIELDS = 8
_FORM = "application/x-www-form-urlencoded"


def let_in(request: web.Request, networks: tuple[Network, ...]) -> str:
    """Return the address of the peer; raises `HTTPNotFound` outside these networks."""
    peer = request.remote or ""
    if not peer or not among(peer, networks):
        raise web.HTTPNotFound
    return peer


async def fields_of(request: web.Request) -> Mapping[str, str]:
    """Return what a form says; raises `HTTPForbidden` for one that comes from another site.

    Raises `HTTPBadRequest` for what is no form.
    """
    if not _is_own(request):
        raise web.HTTPForbidden
    if request.content_type != _FORM:
        raise web.HTTPBadRequest
    text = (await request.read()).decode(errors="replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise web.HTTPBadRequest from None


def is_secure(request: web.Request) -> bool:
    """Tell whether the connection is enciphered."""
    return request.scheme == "https"


def _is_own(request: web.Request) -> bool:
    """Tell whether a browser says that one of our pages sent this; a program says nothing."""
    origin = request.headers.get(hdrs.ORIGIN)
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site in {"same-origin", "none"} and origin in {
        None,
        f"{request.scheme}://{request.host}",
    }
