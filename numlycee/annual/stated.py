"""What persons stated of the year, as values: corrections of owners, announced maintenance."""

from dataclasses import dataclass
from enum import StrEnum

from numlycee.domain.causes import Owner
from numlycee.domain.register import Key, Overrule
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Maintenance


class Fate(StrEnum):
    """What became of a correction: applied, replaced by a later one, or about no outage."""

    APPLIED = "applied"
    REPLACED = "replaced"
    ORPHAN = "orphan"


FATES = {Fate.APPLIED: "appliquée", Fate.REPLACED: "remplacée", Fate.ORPHAN: "sans objet"}


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's statement about the owner of an outage ``[start, end)`` of a resource.

    Without an outage at its instant it is an orphan: nothing was proposed, and nobody answers.
    `site` is None for a service that sites share.
    """

    site: Site | None
    resource: str
    key: Key
    overrule: Overrule
    fate: Fate
    proposed: Owner | None
    final: Owner | None
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Intervention:
    """Maintenance of a resource, or of a whole lycée (`resource` empty), as it was announced.

    `excluded` adds up the service milliseconds that it took out of what its resources owed, none
    when it was announced too late; `overrun` is how long after its planned end the longest outage
    that it met went on, which counts as any other.
    """

    site: Site | None
    resource: str
    key: Key
    planned: Maintenance
    resources: int
    excluded: int
    overrun: int
