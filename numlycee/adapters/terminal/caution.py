"""A word on stderr beside an answer that stands: what should be looked at."""

from rich.console import Console


def caution(text: str) -> None:
    """Tell a person something in one line, apart from what was asked for."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    console.print(f"numlycee : {text}")
