"""What the invariants of a store showed, as a French table or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.text import Text

from numlycee.adapters.terminal.sentences import columns
from numlycee.domain.french import number

IN_FRENCH: Mapping[str, str] = {
    "pages": "le fichier se lit en entier",
    "standing": "une seule époque, un seul compte d'enregistrements",
    "marks": "de chaque exécution, les numéros tenus et perdus s'accordent",
    "entries": "chaque numéro reçu est tenu par son exécution",
    "owners": "tout appartient à une exécution connue",
    "coverage": "une exécution ne rend pas compte deux fois du même instant",
    "spells": "une ressource n'a qu'un état à la fois par exécution",
    "accounts": "chaque état est dans un temps dont il est rendu compte",
    "words": "états et causes sont du vocabulaire",
    "inventories": "chaque inventaire porte l'empreinte de son contenu",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One invariant by its name: rows looked at, rows that break it, some of these."""

    invariant: str
    looked_at: int
    broken: int
    examples: tuple[str, ...]


def show(lines: Sequence[Line], console: Console | None = None) -> None:
    """Print each invariant with how much was looked at, then what breaks it."""
    console = console or Console(highlight=False)
    table = columns("invariant", ">lignes", ">fautes")
    broken = [line for line in lines if line.broken]
    for line in lines:
        verdict = Text(number(line.broken), "red") if line.broken else Text("✓", "green")
        table.add_row(IN_FRENCH[line.invariant], number(line.looked_at), verdict)
    console.print(table)
    for line in broken:
        console.print(Text(f"✗ {IN_FRENCH[line.invariant]}", style="red"))
        for example in line.examples:
            console.print(Text(f"  {example}"), soft_wrap=True)
        if line.broken > len(line.examples):
            console.print(f"  … et {number(line.broken - len(line.examples))} de plus")


def machine(lines: Sequence[Line]) -> str:
    """Return the same as JSON."""
    return json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=2)
