"""What a list of equipment holds once judged: items, lines at fault, lines set aside; none lost."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from numlycee.domain.equipment import Item


@dataclass(frozen=True, slots=True)
class Raw:
    """One device as a file tells it: where in which file, and its texts by our names.

    `headings` are the columns of the file under which these texts stand.
    """

    file: str
    place: str
    cells: Mapping[str, str]
    headings: Mapping[str, str] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """Return where a person finds it."""
        return f"{self.file}, {self.place}"

    def text(self, name: str) -> str:
        """Return one of its texts, on one line; nothing where the file says nothing."""
        return " ".join(self.cells.get(name, "").split())


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be used: where, under which heading, why, and what to do, in French."""

    where: str
    column: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        column = f", colonne « {self.column} »" if self.column else ""
        return f"{self.where}{column} : {self.reason} ; {self.remedy}"


class FaultyError(ValueError):
    """What is wrong under one of our names, why, and what to do."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.name, self.remedy = name, remedy


class AsideError(ValueError):
    """A device that is none of ours, and why, in French."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One item as it is proposed; its id is empty where the list gives none.

    `address` is for the agent's file alone: it goes into no register.
    """

    item: Item
    where: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a system lists; `faulty` is what it calls the devices of the lines at fault.

    `aside` counts by reason what is set aside, `unread` are the headings that nobody reads.
    """

    system: str
    items: tuple[Listed, ...]
    faults: tuple[Fault, ...] = ()
    aside: Mapping[str, int] = field(default_factory=Counter)
    faulty: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()
