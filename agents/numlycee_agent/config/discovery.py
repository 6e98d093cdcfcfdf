"""What the agent finds out about the site by itself."""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network

from numlycee.settings import MisplacedError
from numlycee_agent.config.checks import read_as

MOST_ADDRESSES = 4096


class Accept(StrEnum):
    """What becomes of equipment that a sweep finds and that nobody has written."""

    PROPOSE = "propose"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Discovery:
    """What is learnt on the network, and what is swept; nothing is swept unless written.

    `learn` asks what hangs from what, hour after hour; `root` is the id of the equipment that the
    agent is plugged in, where the network does not tell. `subnets` are swept every `hours`, and
    what is found is told or, with `accept = "all"`, watched; it is forgotten after `forget_days`
    of silence, never when that is 0.
    """

    learn: bool = True
    root: str | None = None
    subnets: tuple[str, ...] = ()
    accept: Accept = Accept.PROPOSE
    hours: int = 24
    forget_days: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no subnet, and a rhythm that would hammer."""
        count = sum(read_as("subnets", _count, spelt) for spelt in self.subnets)
        if count > MOST_ADDRESSES:
            reason = f"{count} addresses are too many: {MOST_ADDRESSES} at most are swept"
            raise MisplacedError(("subnets",), reason)
        if not 1 <= self.hours <= 24 * 31:
            raise MisplacedError(("hours",), "must be from 1 to 744")
        if self.forget_days < 0:
            raise MisplacedError(("forget_days",), "must be a number of days, or 0 for never")
        if self.accept is Accept.ALL and not self.subnets:
            raise MisplacedError(("accept",), "needs `subnets`: what would be swept?")


def _count(spelt: str) -> int:
    try:
        return ip_network(spelt, strict=False).num_addresses
    except ValueError as error:
        message = f"{spelt!r} is not a subnet: write 10.31.0.0/24 or 10.31.0.2"
        raise ValueError(message) from error
