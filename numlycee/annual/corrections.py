"""Corrections of owners: each statement of a person, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence

from numlycee.annual.order import Order
from numlycee.annual.owners import Ruling, Rulings, statements
from numlycee.annual.stated import Correction, Fate
from numlycee.domain.register import Key
from numlycee.rates.model import Life, Window


def corrections(
    rulings: Rulings, lives: Sequence[Life], order: Order, window: Window
) -> tuple[Correction, ...]:
    """Return the statements about the year: an instant in it, or an outage that runs into it."""
    names = {life.key: life.resource.name for life in lives}
    return tuple(_corrections(rulings, names, order, window))


def _corrections(
    rulings: Rulings, names: Mapping[Key, str], order: Order, window: Window
) -> Iterator[Correction]:
    for key, overrule in statements(order.register, window.until):
        ruled = _ruled(rulings, key, overrule.at)
        if max(overrule.at, ruled.end - 1 if ruled else 0) < window.start:
            continue
        fate = Fate.ORPHAN
        if ruled:
            fate = Fate.APPLIED if ruled.overrule == overrule else Fate.REPLACED
        yield Correction(
            site=order.sites.get(key[0]),
            resource=names.get(key, key[1]),
            key=key,
            overrule=overrule,
            fate=fate,
            proposed=ruled.proposed if ruled else None,
            final=ruled.owner if ruled else None,
            start=ruled.start if ruled else None,
            end=ruled.end if ruled else None,
        )


def _ruled(rulings: Rulings, key: Key, instant: int) -> Ruling | None:
    """Return the outage that a statement is about: of a shared service, else where it was seen."""
    places = [key] if key[0] else [key, *sorted(k for k in rulings.by_key if k[1] == key[1])]
    found = (rulings.at(place, instant) for place in places)
    return next((one for one in found if one), None)
