"""The ledger of a year's editions: which one a report is, and what those declared final hold."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from numlycee.annual.model import AnnualReport
from numlycee.annual.order import Edition, Order
from numlycee.domain.french import iso

Files = Mapping[str, bytes]
"""The bytes of a report's files by their names."""


class EditionError(ValueError):
    """An edition that was declared final is not what it was, or another folder is needed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One edition in the ledger: what identifies it, and the SHA-256 of each of its files."""

    number: int
    final: bool
    digest: str
    rules: str
    calendars: Mapping[str, str]
    as_of: str
    files: Mapping[str, str]

    def holds(self, edition: Edition) -> bool:
        """Tell whether it was made of the same inputs by the same rules."""
        return (self.digest, self.rules) == (edition.digest, edition.rules)

    def differing(self, files: Files) -> list[str]:
        """Return the names of the files that are missing, altered, or not of this edition."""
        found = sums(files)
        names = sorted({*self.files, *found})
        return [name for name in names if self.files.get(name) != found.get(name)]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The editions of one year of one Region: those declared final, and the draft of the next."""

    year: str
    region: str
    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what `text` wrote; raises `EditionError` for anything else."""
        try:
            content = json.loads(text)
            entries = tuple(Entry(**entry) for entry in content["editions"])
            return cls(content["year"], content["region"], entries)
        except (ValueError, KeyError, TypeError) as error:
            message = (
                f"editions.json ne se lit plus ({error}) : remettez-le depuis une sauvegarde ; "
                "il dit quelles éditions sont arrêtées"
            )
            raise EditionError(message) from error

    @property
    def text(self) -> str:
        """Return the ledger as a JSON document: no wall clock, nothing but what was printed."""
        content: dict[str, Any] = {"year": self.year, "region": self.region}
        content["editions"] = [asdict(entry) for entry in self.entries]
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    @property
    def kept(self) -> tuple[Entry, ...]:
        """Return the editions declared final, oldest first."""
        return tuple(entry for entry in self.entries if entry.final)

    @property
    def last(self) -> Entry | None:
        """Return the last edition declared final."""
        return self.kept[-1] if self.kept else None

    def admit(self, order: Order) -> None:
        """Raise `EditionError` for a report that is not of this year and Region."""
        if (order.year, order.region) != (self.year, self.region):
            message = (
                f"ce dossier garde les éditions de l'année {self.year} ({self.region}) : "
                f"donnez-en un autre avec --out pour {order.year} ({order.region})"
            )
            raise EditionError(message)

    def number(self, edition: Edition, *, final: bool) -> Edition:
        """Return the edition numbered after those declared final."""
        return replace(edition, number=len(self.kept) + 1, final=final)

    def having(self, entry: Entry) -> "Ledger":
        """Return the ledger with one more entry, which takes the place of a draft."""
        others = tuple(kept for kept in self.kept if kept.number != entry.number)
        return replace(self, entries=(*others, entry))


def entry(report: AnnualReport, files: Files) -> Entry:
    """Return what the ledger says of a report and its files."""
    edition, order = report.edition, report.order
    return Entry(
        number=edition.number,
        final=edition.final,
        digest=edition.digest,
        rules=edition.rules,
        calendars={
            name or "default": calendar.version
            for name, calendar in sorted(order.calendars.items())
        },
        as_of=iso(edition.window.as_of, order.zone),
        files=sums(files),
    )


def sums(files: Files) -> dict[str, str]:
    """Return the SHA-256 (hexadecimal) of each file, by name."""
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}
