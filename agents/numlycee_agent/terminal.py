"""Tables for people, in colour where the library is installed and a terminal looks."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TextIO

Row = Sequence[str]


def show(head: Row, rows: Sequence[Row]) -> None:
    """Print a table with its head."""
    if is_rich(sys.stdout):
        _show_richly(head, rows)
    else:
        sys.stdout.write(plain(head, rows))


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how far one is on a terminal's standard error; yields what to call at each step."""
    if not is_rich(sys.stderr):
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415 (optional library)
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda: bar.advance(task)


def plain(head: Row, rows: Sequence[Row]) -> str:
    """Return a table in aligned columns, one line a row."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    )
    return "".join(f"{line}\n" for line in lines)


def size(count: int) -> str:
    """Return a number of bytes as people say it in French: « 1,5 Mio »."""
    units = ("octets", "Kio", "Mio", "Gio")
    power = min((max(count, 1).bit_length() - 1) // 10, len(units) - 1)
    if power == 0:
        return f"{count} octets"
    return f"{count / 1024**power:.1f} {units[power]}".replace(".", ",")


def is_rich(stream: TextIO) -> bool:
    """Tell whether someone looks at this stream in colour."""
    return stream.isatty() and find_spec("rich") is not None


def _show_richly(head: Row, rows: Sequence[Row]) -> None:
    from rich.console import Console  # noqa: PLC0415 (optional library)
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*head)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
