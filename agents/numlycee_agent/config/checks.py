"""What every table of `agent.toml` checks of its values."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from numlycee.settings import MisplacedError, nearest
from numlycee.wire.errors import WireError
from numlycee.wire.reading import as_text

DEFAULT_SNMP = "default"
NO_SNMP = "none"

Given = TypeVar("Given")
Meant = TypeVar("Meant")


def read_as(key: str, read: Callable[[Given], Meant], given: Given) -> Meant:
    """Return what a value means; raises `MisplacedError` at its key for what it cannot."""
    try:
        return read(given)
    except ValueError as error:
        raise MisplacedError((key,), str(error)) from error


def check_label(key: str, text: str) -> None:
    """Refuse what the wire cannot carry: the centre would refuse the whole inventory."""
    try:
        as_text(text, key)
    except WireError as error:
        raise MisplacedError((key,), f"{error.reason}, not {text!r}") from error


def check_rhythm(seconds: float | None, key: str) -> None:
    """Refuse a rhythm that hammers, or that holds back what is settled of all the others."""
    if seconds is not None and not 0.5 <= seconds <= 60:  # noqa: PLR2004 (as the message says)
        raise MisplacedError((key,), f"must be from 0.5 to 60 seconds, not {seconds:g}")


def check_snmp(name: str, known: Iterable[str], place: tuple[str, ...]) -> None:
    """Refuse the name of an access that no table of `[snmp]` describes."""
    if name not in known:
        close = nearest(name, known)
        guess = f"; did you mean {close!r}?" if close else ""
        raise MisplacedError(place, f"{name!r} is not described: add [snmp.{name}]{guess}")
