"""Labels and values as the text format 0.0.4 writes them."""

from collections.abc import Sequence

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def labels(names: Sequence[str], values: Sequence[str]) -> str:
    """Return `a="x",b="y"` without braces; an empty value is an absent label."""
    pairs = zip(names, values, strict=True)
    return ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in pairs if value)


def sample(name: str, inside: str, value: float) -> str:
    """Return one line, newline included."""
    return f"{name}{{{inside}}} {value!r}\n" if inside else f"{name} {value!r}\n"
