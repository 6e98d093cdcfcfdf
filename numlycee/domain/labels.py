"""Labels that people give to a lycée or an equipment: few, short, under names Prometheus takes."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

Labels = tuple[tuple[str, str], ...]
"""Names and values, in the order of the names."""

MOST: Final = 8
LONGEST: Final = 80
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,30}")
_HOW = "name=value, name2=value2"


def parse_labels(text: str) -> Labels:
    """Read « zone=rurale, lot=2 »; raises `ValueError` saying what is wrong and how to write it."""
    given = [part.strip() for part in text.split(",") if part.strip()]
    labels = [_label(part) for part in given]
    if len(dict(labels)) < len(labels):
        twice = next(name for name, _ in labels if [n for n, _ in labels].count(name) > 1)
        message = f"label {twice!r} stands twice: keep one"
        raise ValueError(message)
    if len(labels) > MOST:
        message = f"{len(labels)} labels, at most {MOST}: each is a series for each thing"
        raise ValueError(message)
    return tuple(sorted(labels))


def spelt(labels: Iterable[tuple[str, str]]) -> str:
    """Return labels as `parse_labels` reads them."""
    return ", ".join(f"{name}={value}" for name, value in labels)


def is_label_name(text: str) -> bool:
    """Tell whether a text may name a label."""
    return _NAME.fullmatch(text) is not None


def over(below: Labels, above: Mapping[str, str]) -> Labels:
    """Return labels with others laid over them."""
    return tuple(sorted((dict(below) | dict(above)).items()))


def _label(part: str) -> tuple[str, str]:
    name, equals, value = (word.strip() for word in part.partition("="))
    if not (equals and value):
        message = f"label {part!r} has no value: write {_HOW}"
        raise ValueError(message)
    if not is_label_name(name):
        reason = "a small letter, then small letters, digits and _, 31 signs at most"
        message = f"label name {name!r}: {reason}"
        raise ValueError(message)
    if len(value) > LONGEST or not value.isprintable():
        message = f"label {name}: its value must be printable, {LONGEST} signs at most"
        raise ValueError(message)
    return name, value
