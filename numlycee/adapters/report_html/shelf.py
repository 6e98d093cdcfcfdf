"""The folder of a year's report: the latest edition, and those declared final beside it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from numlycee.annual.editions import EditionError, Entry, Files, Ledger
from numlycee.annual.order import Order

LEDGER = "editions.json"
REPORT = "rapport.json"


@dataclass(frozen=True, slots=True)
class Shelf:
    """`editions.json`, the latest edition at the top, and `edition-1`, `edition-2` … for ever."""

    folder: Path

    def ledger(self, order: Order) -> Ledger:
        """Return the ledger, a blank one of a new folder; raises `EditionError`.

        It does when the folder keeps another year, and when a kept edition lost a byte.
        """
        path = self.folder / LEDGER
        if not path.exists():
            return Ledger(order.year, order.region)
        ledger = Ledger.of(path.read_text(encoding="utf-8"))
        ledger.admit(order)
        altered = list(self.altered(ledger))
        if altered:
            message = (
                f"une édition arrêtée ne se réécrit pas, et ceci a changé depuis : "
                f"{', '.join(altered)} ; remettez ces fichiers depuis une sauvegarde"
            )
            raise EditionError(message)
        return ledger

    def kept(self, entry: Entry) -> Files:
        """Return the files of an edition declared final."""
        return read(self.place(entry.number))

    def place(self, number: int) -> Path:
        """Return the folder that keeps an edition."""
        return self.folder / f"edition-{number}"

    def altered(self, ledger: Ledger) -> list[str]:
        """Return the paths of kept editions that are no longer what the ledger says."""
        return [
            f"{self.place(entry.number).name}/{name}"
            for entry in ledger.kept
            for name in entry.differing(self.kept(entry))
        ]

    def keep(self, number: int, files: Files) -> None:
        """Keep an edition for ever, whole or not at all; raises `EditionError` if one is there."""
        place = self.place(number)
        if place.exists():
            if read(place) == files:
                return
            message = f"{place} existe et n'est pas dans {LEDGER} : déplacez ce dossier"
            raise EditionError(message)
        draft = self.folder / f".{place.name}.part"
        shutil.rmtree(draft, ignore_errors=True)
        for name, content in files.items():
            write(draft / name, content)
        draft.replace(place)

    def show(self, files: Files, before: Ledger, after: Ledger) -> bool:
        """Put the latest edition at the top; tells whether anything differed from what is there."""
        gone = {name for entry in before.entries for name in entry.files} - {*files}
        stale = [self.folder / name for name in sorted(gone) if (self.folder / name).exists()]
        changed = [write(self.folder / name, content) for name, content in files.items()]
        changed.append(write(self.folder / LEDGER, after.text.encode()))
        for path in stale:
            path.unlink()
        return any(changed) or bool(stale)


def read(folder: Path) -> Files:
    """Return every file below a folder, by its name there; nothing without a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def write(path: Path, content: bytes) -> bool:
    """Write a file whole, unless it holds the very same bytes; tells whether it was written."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    draft.replace(path)
    return True


def check(folder: Path) -> tuple[Ledger, list[str]]:
    """Return the ledger of a folder and what its kept editions have lost; raises `EditionError`.

    Raises `FileNotFoundError` where the folder keeps no edition at all.
    """
    ledger = Ledger.of((folder / LEDGER).read_text(encoding="utf-8"))
    return ledger, Shelf(folder).altered(ledger)
