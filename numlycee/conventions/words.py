"""Why a product's figure differs from numlycee's: French sentences made of what was counted."""

from collections.abc import Mapping, Sequence

from numlycee.conventions.steps import Part, Step, heaviest
from numlycee.domain.french import duration
from numlycee.domain.tallies import Tally

SENTENCES = 3
"""An explanation names so many reasons, the heaviest first."""
_SEEN = 0.000_001
"""A move of the rate that shows in the fourth decimal of its percentage."""

_NOTHING = "Pas de chiffre : la règle ne compte rien de cette période."
_SAME = "Le même compte que numlycee, à la milliseconde."
_NEAR = "Presque le même compte que numlycee : moins d’un dix-millième de point."

_GOOD = {
    Part.BEFORE: "compte comme du service {0} d’avant la création",
    Part.TO_COME: "compte comme du service {0} encore à venir",
    Part.OFF_HOURS: "compte les nuits et les week-ends comme disponibles ({0})",
    Part.HOLIDAYS: "compte les vacances et les jours fériés comme disponibles ({0})",
    Part.MAINTENANCE: "compte la maintenance comme disponible ({0})",
    Part.DOWN: "compte comme du service {0} de panne",
    Part.UNREACHABLE: "compte comme du service {0} où la ressource était injoignable",
    Part.UNMEASURED: "suppose en service {0} sans mesure",
    Part.EDGE: "donne {0} de lisières au service",
    Part.CREDIT: "retranche des pannes la maintenance où rien n’était en panne ({0})",
}
_BAD = {
    Part.BEFORE: "compte en panne {0} d’avant la création",
    Part.TO_COME: "compte en panne {0} encore à venir",
    Part.OFF_HOURS: "compte en panne {0} de nuit et de week-end",
    Part.HOLIDAYS: "compte en panne {0} de vacances et de jours fériés",
    Part.MAINTENANCE: "compte la maintenance comme une panne ({0})",
    Part.AVAILABLE: "compte en panne {0} de service observé",
    Part.DEGRADED: "compte l’état dégradé comme une panne ({0})",
    Part.UNREACHABLE: "compte en panne {0} où la ressource était injoignable",
    Part.UNMEASURED: "compte en panne {0} sans mesure",
    Part.EDGE: "donne {0} de lisières à la panne",
}
_MIXED = {
    Part.OFF_HOURS: "compte les nuits et les week-ends ({0}, dont {1} en panne)",
    Part.HOLIDAYS: "ignore vacances et jours fériés, donc les compte ({0}, dont {1} en panne)",
    Part.MAINTENANCE: "compte la maintenance ({0}, dont {1} en panne)",
}
_LEFT = {
    Part.AVAILABLE: "laisse de côté {0} de service dû",
    Part.DEGRADED: "laisse de côté {0} de service dégradé",
    Part.DOWN: "laisse de côté {0} de panne",
    Part.EDGE: "laisse de côté {0} de lisières",
}


def why(own: Tally, taken: Sequence[Step] | None, notes: Mapping[str, int], resources: int) -> str:
    """Return one or two sentences: the heaviest reasons, then what was said of single answers.

    `taken` is None where the convention gives no figure. `notes` counts the resources about which
    the same was said.
    """
    return " ".join([_reasons(own, taken), *(_note(*note, resources) for note in notes.items())])


def _reasons(own: Tally, taken: Sequence[Step] | None) -> str:
    if taken is None:
        return _NOTHING
    if not taken:
        return _SAME
    weighty = [step for moved, step in heaviest(own, taken) if moved >= _SEEN][:SENTENCES]
    if not weighty:
        return _NEAR
    text = " ; ".join(reason for step in weighty for reason in reasons(step))
    return f"{text[0].upper()}{text[1:]}."


def reasons(step: Step) -> list[str]:
    """Return what a step says, in milliseconds made readable."""
    if step.part in _MIXED and step.good > 0 < step.bad:
        return [_MIXED[step.part].format(duration(step.good + step.bad), duration(step.bad))]
    said = ((_GOOD, step.good), (_BAD, step.bad), (_LEFT, step.left))
    return [
        sentences[step.part].format(duration(length))
        for sentences, length in said
        if length > 0 and step.part in sentences
    ]


def _note(text: str, said: int, resources: int) -> str:
    return text if resources == 1 else f"{text} ({said} ressources sur {resources})"
