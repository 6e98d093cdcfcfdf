"""The life of a resource: from its first listing, or a date that a person states, to another."""

from numlycee.domain.register import Lifetime
from numlycee.rates.integral import FOREVER


def life(listed: int, stated: Lifetime) -> tuple[int, int]:
    """Return the instants ``[born, retired)``; without an end stated, it lives for ever.

    A beginning counts only if it is earlier than the first listing.
    """
    born = listed if stated.begun is None else min(listed, stated.begun)
    return born, FOREVER if stated.retired is None else max(born, stated.retired)
