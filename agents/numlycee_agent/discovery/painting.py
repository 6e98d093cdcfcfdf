"""The portrait of a device on a terminal: side by side where there is room, plain elsewhere."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from numlycee_agent.discovery.portrait import Portrait, Section
from numlycee_agent.discovery.tree import Branch
from numlycee_agent.ports import Health
from numlycee_agent.terminal import is_rich, plain

if TYPE_CHECKING:
    from rich.console import Console

_COLOURS = {Health.OK: "green", Health.DEGRADED: "yellow", Health.FAILED: "red"}
_LAMPS = {True: ("▮", "green"), False: ("▯", "dim"), None: ("×", "red")}
_NEW = " (proposé)"
_WIDE = 110
_ROW = 24


def show_portrait(portrait: Portrait, console: "Console | None" = None) -> None:
    """Print a device on the standard output, or on a console."""
    if console is not None or is_rich(sys.stdout):
        _paint(portrait, console)
    else:
        sys.stdout.write(_plain(portrait))


def show_tree(tree: Sequence[Branch], to: TextIO) -> None:
    """Print a network: what is proposed in green, a line that is too long cut."""
    if not is_rich(to):
        to.writelines(f"{line.lead}{line.id} · {line.told}{_NEW * line.new}\n" for line in tree)
        return
    from rich.console import Console  # noqa: PLC0415 (optional library)
    from rich.text import Text  # noqa: PLC0415

    console = Console(file=to)
    for line in tree:
        name = (line.id, "bold green" if line.new else "bold")
        text = Text.assemble((line.lead, "dim"), name, f" · {line.told}")
        console.print(text, no_wrap=True, overflow="ellipsis")


def _plain(portrait: Portrait) -> str:
    parts = [f"{portrait.title}\n{portrait.state}\n"]
    for section in portrait.sections:
        head = section.head or ("",) * len(section.rows[0])
        parts.append(f"{section.title}\n{plain(head, section.rows).lstrip()}")
    return "\n".join(parts)


def _paint(portrait: Portrait, console: "Console | None") -> None:
    from rich.console import Console, Group, RenderableType  # noqa: PLC0415 (optional library)
    from rich.panel import Panel  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    def painted(section: Section) -> RenderableType:
        table = Table(*section.head, box=None, show_header=bool(section.head), header_style="dim")
        if not section.head:
            table.add_column(style="dim", no_wrap=True)
            table.add_column(overflow="fold")
        for row in section.rows:
            table.add_row(*map(Text, row))
        body: RenderableType = table
        if section.title == "Ports" and portrait.lamps:
            lamps = [_LAMPS[lamp] for lamp in portrait.lamps]
            rows = (lamps[at : at + _ROW] for at in range(0, len(lamps), _ROW))
            body = Group(table, Text(), *(Text.assemble(" ", *row) for row in rows))
        return Panel(body, title=section.title, title_align="left", border_style="dim")

    out = console or Console()
    colour = _COLOURS.get(portrait.health, "dim")
    head = Text.assemble((portrait.title, "bold"), "\n", ("● ", colour), (portrait.state, colour))
    out.print(Panel(head, border_style=colour))
    small = [section for section in portrait.sections if not section.head]
    if out.width >= _WIDE and len(small) > 1:
        grid = Table.grid(expand=True)
        grid.add_column(ratio=1)
        grid.add_column(ratio=1)
        grid.add_row(painted(small[0]), Group(*map(painted, small[1:])))
        out.print(grid)
        small = []
    for section in (*small, *(section for section in portrait.sections if section.head)):
        out.print(painted(section))
