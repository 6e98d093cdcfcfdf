"""A service that a site watches: its pages, and the account that signs in to it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from numlycee.settings import MisplacedError
from numlycee_agent.config.checks import check_label, check_rhythm

_SECURE_ORIGIN = re.compile(r"https://[^/?#@\s]+/?")


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a service and what it must be: see `probes.scenario.Step`."""

    url: str = ""
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ("momentanément indisponible",)
    lands: str = ""
    sign_in: bool = False

    def __post_init__(self) -> None:
        """Refuse an address that is not of the Web, and a form posted to one that is written."""
        if self.sign_in:
            if self.url:
                reason = "a step that signs in posts the form of the page before: write no `url`"
                raise MisplacedError(("url",), reason)
            return
        if not self.url:
            raise MisplacedError(("url",), "is missing; only a step with `sign_in` has none")
        if not re.match(r"https?://[^/\s]", self.url):
            raise MisplacedError(("url",), f"{self.url!r} must begin with https:// or http://")
        _check_port("url", self.url)


@dataclass(frozen=True, slots=True)
class Account:
    """A service account, and the one site that is ever sent its password."""

    origin: str
    username: str = field(repr=False)
    password_file: Path

    def __post_init__(self) -> None:
        """Refuse an origin to which a password would travel in clear, or that is none."""
        if not _SECURE_ORIGIN.fullmatch(self.origin):
            reason = f"{self.origin!r} must be https://, a host and nothing more"
            raise MisplacedError(("origin",), reason)
        _check_port("origin", self.origin)


@dataclass(frozen=True, slots=True)
class Service:
    """A service played page by page, all within `timeout` seconds; degraded from `slow` on.

    It is degraded too when its certificate has fewer than `certificate_days` left.
    """

    id: str
    name: str
    step: tuple[Step, ...]
    parent: str | None = None
    timeout: float = 10.0
    slow: float = 4.0
    certificate_days: float = 14.0
    authority: Path | None = None
    period: float | None = None
    account: Account | None = None

    def __post_init__(self) -> None:
        """Refuse a service without a page, and an account or a sign-in without the other."""
        if not self.step:
            raise MisplacedError(("step",), "needs one page at least: add [[service.step]]")
        check_label("name", self.name)
        check_rhythm(self.period, "period")
        check_rhythm(self.timeout, "timeout")
        if self.certificate_days < 0:
            raise MisplacedError(("certificate_days",), "must be 0 or more")
        self._check_account()

    def _check_account(self) -> None:
        signing = [i for i, step in enumerate(self.step) if step.sign_in]
        if self.account and not signing:
            raise MisplacedError(("account",), "signs in nowhere: give a step `sign_in = true`")
        if signing and not self.account:
            place = ("step", str(signing[0]), "sign_in")
            raise MisplacedError(place, "needs an account: add [service.account]")
        if signing and not signing[0]:
            raise MisplacedError(("step", "0", "sign_in"), "needs a page before it, with the form")


def _check_port(key: str, url: str) -> None:
    try:
        urlsplit(url).port  # noqa: B018 (reading it is the check)
    except ValueError as error:
        raise MisplacedError((key,), f"{url!r}: {error}") from error
