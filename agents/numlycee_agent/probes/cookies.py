"""The cookies of one visit (RFC 6265), which end with it."""

from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import SplitResult

from numlycee.clock import Clock

_MOST = 100
_LONGEST = 4096


class _Place(NamedTuple):
    domain: str
    path: str
    name: str


class _Cookie(NamedTuple):
    value: str
    alone: bool
    secure: bool


class Cookies:
    """Kept by domain, path and name; each is shown only where its server said."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[_Place, _Cookie] = {}

    def set(self, told: str, at: SplitResult) -> None:
        """Heed one Set-Cookie of an answer from the address `at`; what is not one passes."""
        pair, *rest = told[:_LONGEST].split(";")
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not name or not equals:
            return
        said = {key.strip().lower(): it.strip() for key, _, it in (r.partition("=") for r in rest)}
        host = at.hostname or ""
        domain = said.get("domain", "").lstrip(".").lower()
        if domain and domain != host and not ("." in domain and host.endswith(f".{domain}")):
            return
        path = said.get("path", "")
        place = _Place(domain or host, path if path.startswith("/") else _folder(at.path), name)
        self._kept.pop(place, None)
        if len(self._kept) < _MOST and not self._is_over(said):
            self._kept[place] = _Cookie(value, not domain, "secure" in said)

    def header(self, at: SplitResult) -> str:
        """Return what is shown to an address, the most precise path first; empty for nothing."""
        shown = [
            (place, cookie) for place, cookie in self._kept.items() if _concerns(place, cookie, at)
        ]
        shown.sort(key=lambda one: -len(one[0].path))
        return "; ".join(f"{place.name}={cookie.value}" for place, cookie in shown)

    def _is_over(self, said: dict[str, str]) -> bool:
        age = said.get("max-age", "")
        if age.removeprefix("-").isdecimal():
            return int(age) <= 0
        try:
            until = parsedate_to_datetime(said["expires"]).timestamp()
        except (KeyError, ValueError, OverflowError):
            return False
        return until * 1000 <= self._clock.now()


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _concerns(place: _Place, cookie: _Cookie, at: SplitResult) -> bool:
    host, path = at.hostname or "", at.path or "/"
    here = host == place.domain or (not cookie.alone and host.endswith(f".{place.domain}"))
    below = path == place.path or path.startswith(place.path.rstrip("/") + "/")
    return here and below and (not cookie.secure or at.scheme == "https")
