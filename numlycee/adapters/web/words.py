"""The French words of the page: those of the domain, and those of its own states and windows."""

from numlycee.domain.states import State
from numlycee.domain.words import CAUSES, CLASSES, DEVICES, KINDS, OWNERS, VERDICTS, WINDOWS
from numlycee.rates.model import Hours

__all__ = [
    "CAUSES",
    "CLASSES",
    "COUNTED",
    "DEVICES",
    "HAPPENING",
    "HOURS",
    "KINDS",
    "OWNERS",
    "REJECTED",
    "STATES",
    "VERDICTS",
    "WINDOWS",
    "counted",
    "lycees",
]

STATES = {
    State.UP: "Opérationnel",
    State.DEGRADED: "Dégradé",
    State.DOWN: "En panne",
    State.UNREACHABLE: "Injoignable",
    State.UNOBSERVED: "Non mesuré",
}

COUNTED = {
    State.UP: ("opérationnel", "opérationnels"),
    State.DEGRADED: ("dégradé", "dégradés"),
    State.DOWN: ("en panne", "en panne"),
    State.UNREACHABLE: ("injoignable", "injoignables"),
    State.UNOBSERVED: ("non mesuré", "non mesurés"),
}

HAPPENING = {
    State.UP: "en service",
    State.DEGRADED: "en service dégradé",
    State.DOWN: "en panne",
    State.UNREACHABLE: "injoignable",
    State.UNOBSERVED: "non mesuré",
}

HOURS = {Hours.SERVICE: "heures de service", Hours.ALWAYS: "24 h/24, 7 j/7"}

REJECTED = {
    "malformed": "illisible",
    "topic": "sujet inconnu",
    "unknown-site": "lycée inconnu",
    "unknown-word": "mot d’une version plus récente",
}


def counted(state: State, count: int) -> str:
    """Write « 4 dégradés », « 1 dégradé »."""
    singular, plural = COUNTED[state]
    return f"{count} {plural if count > 1 else singular}"


def lycees(count: int) -> str:
    """Write « 3 lycées », « 1 lycée »."""
    return f"{count} lycée{'s' if count > 1 else ''}"
