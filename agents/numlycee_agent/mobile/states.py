"""What people state of a device, in the words of their tools."""

from collections.abc import Mapping
from enum import StrEnum

from numlycee.domain import french


class Standing(StrEnum):
    """What the issued list says of a device, the strongest word first.

    A device that is `withdrawn` or `lost` is no longer counted.
    """

    WITHDRAWN = "withdrawn"
    LOST = "lost"
    REPAIR = "repair"
    NON_COMPLIANT = "non-compliant"
    ISSUED = "issued"


GONE = frozenset({Standing.WITHDRAWN, Standing.LOST})
_STRENGTH = {standing: rank for rank, standing in enumerate(Standing)}

_WORDS: Mapping[Standing, tuple[str, ...]] = {
    Standing.WITHDRAWN: (
        "au rebut", "rebut", "mis au rebut", "reforme", "recycle", "cede", "vendu", "rendu",
        "restitue", "en stock", "stock", "disponible", "reserve", "non attribue", "non affecte",
        "en preparation", "en commande", "retired", "disposed", "returned", "in stock", "spare",
        "available", "unassigned", "retire pending", "wiped", "deprovisioned", "disabled",
    ),
    Standing.LOST: ("perdu", "vole", "disparu", "non restitue", "lost", "stolen", "missing"),
    Standing.REPAIR: (
        "en reparation", "reparation", "a reparer", "en panne", "hors service", "hs", "casse",
        "sav", "en sav", "retour sav", "en maintenance", "maintenance", "in repair",
        "under repair", "repair", "broken", "out of order",
    ),
    Standing.NON_COMPLIANT: (
        "non conforme", "pas conforme", "noncompliant", "non compliant", "not compliant", "error",
        "conflict", "non", "no", "false", "faux", "0",
    ),
    Standing.ISSUED: (
        "", "remis", "attribue", "affecte", "distribue", "dote", "prete", "en pret", "deploye",
        "en service", "en production", "production", "en fonction", "en utilisation", "utilise",
        "actif", "active", "assigned", "deployed", "issued", "in use", "enrolled", "managed",
        "conforme", "compliant", "ingraceperiod", "in grace period", "configmanager",
        "unknown", "not evaluated", "inconnu", "oui", "yes", "true", "vrai", "1", "provisioned",
        "non evalue", "en periode de grace",
    ),
}  # fmt: skip
KNOWN: Mapping[str, Standing] = {
    word: standing for standing, words in _WORDS.items() for word in words
}


def standing(word: str, own: Mapping[str, Standing]) -> Standing | None:
    """Return what a word of the list means, by the site's own table first; None if unknown."""
    folded = fold(word)
    return own.get(folded) or KNOWN.get(folded)


def stronger(one: Standing, other: Standing) -> Standing:
    """Return which of two words about one device prevails."""
    return min(one, other, key=_STRENGTH.__getitem__)


def fold(text: str) -> str:
    """Return a text without case, accents or punctuation: « N° de série » is « n de serie »."""
    spaced = "".join(sign if sign.isalnum() else " " for sign in french.plain(text))
    return " ".join(spaced.split())
