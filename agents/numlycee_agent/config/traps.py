"""Where SNMP notifications are received."""

from dataclasses import dataclass

from numlycee_agent import targets
from numlycee_agent.config.checks import read_as


@dataclass(frozen=True, slots=True)
class Traps:
    """Where SNMP traps and informs are received, and from which accesses; none unless written.

    `accept` names tables of `[snmp]`; every one of them when it is empty.
    """

    listen: str
    accept: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no address and port."""
        read_as("listen", targets.listener, self.listen)

    @property
    def address(self) -> tuple[str, int]:
        """Return the address and the port to listen on."""
        return targets.listener(self.listen)
