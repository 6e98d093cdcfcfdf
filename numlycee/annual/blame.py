"""One owner per lost millisecond: the columns add up to the total, in every line."""

from collections import defaultdict
from collections.abc import Sequence

from numlycee.annual.model import Blame
from numlycee.annual.order import Order
from numlycee.annual.owed import PUPIL_CLASSES, Losses
from numlycee.domain.causes import Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.rates.model import Life


def blames(lives: Sequence[Life], losses: Losses, order: Order) -> tuple[Blame, ...]:
    """Return what each owner answers for, by class; lycées' own losses only, each once.

    Composites are left out: what they lost was lost by their members.
    """
    sums: dict[tuple[ResourceClass, Owner], list[int]] = defaultdict(lambda: [0, 0, 0])
    for life in lives:
        name = life.resource.resource_class
        if not life.uai or name is ResourceClass.COMPOSITE:
            continue
        pupils = order.sites[life.uai].enrolment if name in PUPIL_CLASSES else 0
        for loss in losses[life.key]:
            into = sums[name, loss.owner]
            into[0] += loss.service
            into[1] += loss.always
            into[2] += loss.service * pupils
    return tuple(
        Blame(name, owner, *sums[name, owner])
        for name in ResourceClass
        for owner in Owner
        if (name, owner) in sums
    )
