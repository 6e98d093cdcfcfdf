"""How many notifications came, by what became of them: kept in a small file for `status`."""

import json
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from numlycee.wire import reading
from numlycee.wire.errors import WireError
from numlycee.wire.records import canonical


class Fate(StrEnum):
    """What became of a datagram; all but the first two are refusals."""

    HEEDED = "heeded"
    DISCOVERY = "discovery"
    UNKNOWN_SENDER = "unknown-sender"
    MALFORMED = "malformed"
    NO_NOTIFICATION = "no-notification"
    WRONG_COMMUNITY = "wrong-community"
    UNKNOWN_USER = "unknown-user"
    WRONG_LEVEL = "wrong-level"
    WRONG_DIGEST = "wrong-digest"
    OUT_OF_TIME = "out-of-time"
    UNDECIPHERABLE = "undecipherable"
    FAULT = "fault"


WELCOME = (Fate.HEEDED, Fate.DISCOVERY)
IN_FRENCH: Mapping[Fate, str] = {
    Fate.HEEDED: "entendus",
    Fate.DISCOVERY: "prises de contact",
    Fate.UNKNOWN_SENDER: "expéditeur inconnu",
    Fate.MALFORMED: "malformés",
    Fate.NO_NOTIFICATION: "ni trap ni inform",
    Fate.WRONG_COMMUNITY: "mauvaise communauté",
    Fate.UNKNOWN_USER: "utilisateur inconnu",
    Fate.WRONG_LEVEL: "sans l'authentification attendue",
    Fate.WRONG_DIGEST: "mauvaise signature",
    Fate.OUT_OF_TIME: "trop anciens",
    Fate.UNDECIPHERABLE: "indéchiffrables",
    Fate.FAULT: "fautes de l'agent",
}


class Tally:
    """Counts since the agent started; `news` gives each refusal once."""

    def __init__(self) -> None:
        self.counts: Counter[Fate] = Counter()
        self._told: Counter[Fate] = Counter()

    def count(self, fate: Fate) -> None:
        """Count one datagram."""
        self.counts[fate] += 1

    def news(self) -> dict[Fate, int]:
        """Return what was refused since the last call."""
        fresh = self.counts - self._told
        self._told = self.counts.copy()
        return {fate: fresh[fate] for fate in Fate if fresh[fate] and fate not in WELCOME}


def save(path: Path, counts: Mapping[Fate, int]) -> None:
    """Write the counts, whole or not at all but not durably; raises `OSError`."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_bytes(canonical({fate.value: count for fate, count in counts.items()}))
    draft.replace(path)


def load(path: Path) -> dict[Fate, int]:
    """Return the counts of a file in the order of the fates; none when it is absent or damaged."""
    try:
        fields = reading.table(json.loads(path.read_bytes()), path.name)
        counts = {fate: reading.integer(fields, fate, 0, 2**63) for fate in Fate if fate in fields}
    except (OSError, WireError, ValueError):
        return {}
    return counts


def in_french(counts: Mapping[Fate, int]) -> str:
    """Return counts as people read them: « entendus 12, malformés 1 »."""
    return ", ".join(f"{IN_FRENCH[fate]} {count}" for fate, count in counts.items() if count)
