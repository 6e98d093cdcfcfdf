"""What the agent finds out about the site by itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Discovery:
    """What is learnt on the network.

    `learn` asks what hangs from what, hour after hour; `root` is the id of the equipment that the
    agent is plugged in, where the network does not tell.
    """

    learn: bool = True
    root: str | None = None
