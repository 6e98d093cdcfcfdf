"""TOML into frozen dataclasses, with errors that name file, line, key, reason and remedy."""

import re
import tomllib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

_HEADER = re.compile(r"^\s*\[+[\w.\s\"'-]+\]+\s*(#.*)?$")


class SettingsError(ValueError):
    """A configuration that cannot be used; the message names file, line, key and remedy."""


class MisplacedError(ValueError):
    """A fault that a check across tables found; `place` names where, below the checking table."""

    def __init__(self, place: tuple[str, ...], reason: str) -> None:
        """Keep the place: keys, and indices of lists as text."""
        super().__init__(reason)
        self.place = place


def load(path: Path, model: type[T], check: Callable[[T], None] | None = None) -> T:
    """Read a TOML file into a dataclass whose fields are the allowed keys.

    Field types may be bool, int, float, str, date, datetime (naive where no offset is written),
    Path (relative to the file, its default too), StrEnum, another dataclass, tuples of these,
    mappings from text, or any of them `| None`. A `ValueError` raised by a dataclass's own checks
    is reported at its table. Raises `SettingsError`.
    """
    try:
        source = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise SettingsError(message) from error
    try:
        content = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        message = f"{path}: not valid TOML: {error}"
        raise SettingsError(message) from error
    reader = _Reader(path, source)
    whole = reader.table(content, model, ())
    with reader.reporting(()):
        if check is not None:
            check(whole)
    return whole


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant; one with the same letters comes first."""
    from difflib import get_close_matches  # noqa: PLC0415 (an agent rarely needs it)

    close = get_close_matches(word, list(known), 3)
    return min(close, key=lambda guess: sorted(guess) != sorted(word), default=None)


class _Reader:
    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.lines = source.splitlines()

    def table(self, content: Mapping[str, Any], model: type[T], place: tuple[str, ...]) -> T:
        known = {_key(field): field for field in fields(cast("Any", model))}
        for key in content:
            if key not in known:
                raise self.error((*place, key), _unknown(key, known))
        hints = get_type_hints(model)
        values: dict[str, Any] = {}
        for key, field in known.items():
            if key in content:
                values[field.name] = self._given(field, content[key], hints, (*place, key))
            elif field.default is MISSING and field.default_factory is MISSING:
                raise self.error((*place, key), "is missing; it has no default")
        values |= {
            field.name: self.path.parent / field.default
            for key, field in known.items()
            if key not in content and isinstance(field.default, Path)
        }
        with self.reporting(place):
            return model(**values)

    @contextmanager
    def reporting(self, place: tuple[str, ...]) -> Iterator[None]:
        """Turn the `ValueError` of a check into an error at its place in the file."""
        try:
            yield
        except SettingsError:
            raise
        except ValueError as error:
            below = error.place if isinstance(error, MisplacedError) else ()
            raise self.error((*place, *below), str(error)) from error

    def _given(
        self, field: "Field[Any]", value: Any, hints: Mapping[str, Any], place: tuple[str, ...]
    ) -> Any:
        """Read a field; what its dataclass does not print is a secret, and errors hide it too."""
        if not field.repr and not isinstance(value, str):
            raise self.error(place, "must be a text in quotes")
        return self.value(value, hints[field.name], place)

    def value(self, value: Any, hint: Any, place: tuple[str, ...]) -> Any:  # noqa: PLR0911
        origin, arguments = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self._union(value, arguments, place)
        if origin is tuple:
            return self._tuple(value, arguments, place)
        if origin is not None and issubclass(origin, Mapping):
            self._is(value, dict, "a table", place)
            return {k: self.value(v, arguments[1], (*place, k)) for k, v in value.items()}
        if is_dataclass(hint):
            self._is(value, dict, "a table", place)
            return self.table(value, cast("type[Any]", hint), place)
        if hint is Path:
            self._is(value, str, "a path in quotes", place)
            return self.path.parent / Path(value).expanduser()
        if issubclass(hint, StrEnum):
            return self._member(value, hint, place)
        return self._scalar(value, hint, place)

    def _union(self, value: Any, arguments: tuple[Any, ...], place: tuple[str, ...]) -> Any:
        (hint,) = (argument for argument in arguments if argument is not types.NoneType)
        return self.value(value, hint, place)

    def _tuple(self, value: Any, arguments: tuple[Any, ...], place: tuple[str, ...]) -> Any:
        self._is(value, list, "a list", place)
        if arguments[-1] is Ellipsis:
            return tuple(
                self.value(item, arguments[0], (*place, str(i))) for i, item in enumerate(value)
            )
        if len(value) != len(arguments):
            raise self.error(place, f"must have {len(arguments)} items")
        return tuple(
            self.value(item, hint, (*place, str(i)))
            for i, (item, hint) in enumerate(zip(value, arguments, strict=True))
        )

    def _member(self, value: Any, hint: type[StrEnum], place: tuple[str, ...]) -> StrEnum:
        try:
            return hint(value)
        except ValueError:
            close = nearest(str(value), list(hint))
            guess = f"; did you mean {str(close)!r}?" if close else ""
            allowed = ", ".join(hint)
            raise self.error(place, f"{value!r} is not one of {allowed}{guess}") from None

    def _scalar(self, value: Any, hint: type, place: tuple[str, ...]) -> Any:
        if hint is float and type(value) is int:
            return float(value)
        if type(value) is not hint:
            spelt = value.isoformat() if isinstance(value, date) else repr(value)
            raise self.error(place, f"must be {_SPELT[hint]}, not {spelt}")
        return value

    def _is(self, value: Any, wanted: type, name: str, place: tuple[str, ...]) -> None:
        if not isinstance(value, wanted):
            raise self.error(place, f"must be {name}")

    def error(self, place: tuple[str, ...], reason: str) -> SettingsError:
        line = self._line(place)
        where = f"{self.path}, line {line}" if line else str(self.path)
        return SettingsError(f"{where}: {'.'.join(place) or 'file'}: {reason}")

    def _line(self, place: tuple[str, ...]) -> int | None:
        """Return the line of the deepest part of a place that the source spells out."""
        at, found = 0, None
        for part, following in pairwise((*place, "")):
            if part.isdigit():
                continue
            repeat = int(following) if following.isdigit() else 0
            for number in self._occurrences(part, at)[repeat : repeat + 1]:
                at, found = number, number + 1
        return found

    def _occurrences(self, name: str, first: int) -> list[int]:
        word = rf"[\"']?\b{re.escape(name)}[\"']?"
        pattern = re.compile(rf"^\s*({word}\s*=|\[+\s*([^\]]*\.\s*)?{word}\s*[\].])")
        found = [i for i in range(first, len(self.lines)) if pattern.search(self.lines[i])]
        return [i for i in found if _HEADER.match(self.lines[i]) or i < self._end(first)]

    def _end(self, first: int) -> int:
        """Return where the keys of the table that begins on a line end: the next header."""
        after = range(first + 1, len(self.lines))
        return next((i for i in after if _HEADER.match(self.lines[i])), len(self.lines))


_SPELT = {
    str: "a text in quotes",
    int: "an integer",
    float: "a number",
    bool: "true/false",
    date: "a date without quotes, such as 2026-03-12",
    datetime: "a date and time without quotes, such as 2026-03-12T18:00:00",
}


def _key(field: "Field[Any]") -> str:
    """Return how files spell a field: by its name, unless Python keeps that word for itself."""
    key: str = field.metadata.get("key", field.name)
    return key


def _unknown(key: str, known: Mapping[str, object]) -> str:
    close = nearest(key, known)
    if close:
        return f"unknown key; did you mean {close!r}?"
    return f"unknown key; known here: {', '.join(sorted(known))}"
