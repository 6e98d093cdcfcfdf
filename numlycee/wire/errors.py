"""What is wrong with a payload, in words that a technician can use."""


class WireError(ValueError):
    """A payload that breaks the protocol: `where` names the field, the message the reason."""

    def __init__(self, where: str, reason: str) -> None:
        """Keep the place and the reason."""
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason
