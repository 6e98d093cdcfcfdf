"""The five exclusive states of a resource at an instant."""

from enum import StrEnum


class State(StrEnum):
    """State of one resource at one instant; `UP` is never stored, it is coverage minus spells."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNREACHABLE = "unreachable"
    UNOBSERVED = "unobserved"

    @property
    def available(self) -> bool:
        """Tell whether the resource was observed to render its service."""
        return self in _AVAILABLE


_AVAILABLE = frozenset({State.UP, State.DEGRADED})

STORED = (State.DEGRADED, State.DOWN, State.UNREACHABLE, State.UNOBSERVED)
"""The states that a spell may have."""
