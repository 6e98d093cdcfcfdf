"""A service account that signs in: what is posted, to whom alone, and how often in vain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from numlycee.clock import Clock
from numlycee.domain.causes import Cause
from numlycee_agent.probes.content import Page
from numlycee_agent.probes.scenario import Fault, place

REST = 1800.0
"""Seconds without a try once the account was refused: many services lock one that insists."""
MOST_REFUSALS = 3
"""As many as it takes to believe in a failure."""
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in, and the one origin (scheme, host and port) that is ever sent the password."""

    username: str = field(repr=False)
    password: str = field(repr=False)
    origin: str


@dataclass(frozen=True, slots=True)
class Post:
    """What is to be posted, and where."""

    url: str
    fields: Mapping[str, str] = field(repr=False)


class SignIn:
    """Fills in the form of a page for an account, and remembers how it was received.

    A refusal accuses the service only if it let this account in before: else the password may
    simply be wrong. After a refusal that accuses nobody, or three that do, the account rests.
    """

    def __init__(self, account: Account, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._known = False
        self._refusals = 0
        self._until = float("-inf")
        self._posted = ""

    def post(self, page: Page, at: str) -> Post | Fault:
        """Return what signs in from the page found at the address `at`, or why nothing does."""
        if self._clock.monotonic() < self._until:
            return Fault(Cause.PROBE, "the account was refused, and rests")
        form = page.sign_in_form()
        if form is None:
            return Fault(Cause.CONTENT, "no form to sign in by")
        url = urljoin(at, form.action)
        if origin(url) != origin(self._account.origin):
            return Fault(
                Cause.CONTENT, f"the form leads to {origin(url)[1] or 'no site'}: nothing was sent"
            )
        self._posted = place(url)
        return Post(url, form.filled(self._account.username, self._account.password))

    def received(self, status: int, page: Page, at: str) -> Fault | None:
        """Take in the page that the post led to, `at` its address.

        The same form come back is a refusal; another one, to change a password, is not.
        """
        form = page.sign_in_form()
        again = form is not None and place(urljoin(at, form.action)) == self._posted
        if status not in {401, 403} and not again:
            return None
        self._refusals += 1
        if not self._known or self._refusals >= MOST_REFUSALS:
            self._until = self._clock.monotonic() + REST
        if not self._known:
            return Fault(Cause.PROBE, "the account is refused: see to its name and password")
        return Fault(Cause.REFUSED, "the account is refused, which was let in before")

    def succeeded(self) -> None:
        """Note that the account was let in, and that the page it came to is the right one."""
        self._known, self._refusals = True, 0


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port, as browsers compare them; raises `ValueError`."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
