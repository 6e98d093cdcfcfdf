"""How often one peer may try something: a few times at once, then at a steady pace."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

from numlycee.clock import Clock

MOST_PEERS = 1024


class Allowance:
    """`burst` tries at once for each peer, then one every `every` seconds; peers are forgotten.

    At most `MOST_PEERS` are remembered, the latest ones: who is forgotten has its burst again.
    """

    def __init__(self, clock: Clock, burst: int, every: float) -> None:
        self._clock = clock
        self._burst = burst
        self._every = every
        self._spent: OrderedDict[str, float] = OrderedDict()

    def take(self, peer: str) -> bool:
        """Spend one try of a peer; False when none is left."""
        key, now = _key(peer), self._clock.monotonic()
        free_at = max(now, self._spent.pop(key, now))
        if free_at - now > (self._burst - 1) * self._every:
            self._spent[key] = free_at
            return False
        self._spent[key] = free_at + self._every
        if len(self._spent) > MOST_PEERS:
            self._spent.popitem(last=False)
        return True

    def give_back(self, peer: str) -> None:
        """Return the try that turned out to be a rightful one."""
        key = _key(peer)
        if key in self._spent:
            self._spent[key] -= self._every


def _key(peer: str) -> str:
    """Return whom a try is charged to: an address, or the network of 64 bits of an IPv6 one."""
    at = ip_address(peer.partition("%")[0])
    if isinstance(at, IPv6Address) and at.ipv4_mapped is None:
        return at.exploded[:19]
    return str(getattr(at, "ipv4_mapped", None) or at)
