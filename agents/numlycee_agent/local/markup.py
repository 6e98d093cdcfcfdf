"""HTML built from its tags: what is not markup is escaped, always."""

from collections.abc import Iterable
from html import escape
from typing import Self

_VOID = frozenset({"input", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()

    @classmethod
    def join_all(cls, parts: "Iterable[Content]") -> Self:
        """Return parts side by side, those that are plain text escaped."""
        return cls("".join(map(_spelt, parts)))


Content = str | Markup | None
"""A part of a page; plain text is escaped, None is nothing."""
Value = str | bool | None


def tag(name: str, /, *content: Content, **attributes: Value) -> Markup:
    """Return an element; `_` in an attribute's name is `-`, `class_` is `class`.

    An attribute that is True stands without a value, one that is None or False does not stand.
    """
    spelt = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{spelt}>")
    return Markup(f"<{name}{spelt}>{Markup.join_all(content)}</{name}>")


def _spelt(part: Content) -> str:
    if part is None:
        return ""
    return part if isinstance(part, Markup) else escape(part)


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
