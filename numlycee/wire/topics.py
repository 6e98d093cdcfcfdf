"""MQTT topics: `{root}/{uai}/up/…` from an agent, `{root}/{uai}/down/…` to it."""

from dataclasses import dataclass

from numlycee.domain.uai import is_uai

DEFAULT_ROOT = "numlycee/v1"
UP = ("bulletin", "now", "hello", "presence")
LIVE = ("now", "presence")
"""The leaves of `UP` of which nothing is stored."""
DOWN = ("receipt", "order")


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics under one root."""

    root: str = DEFAULT_ROOT

    def up(self, uai: str, leaf: str) -> str:
        """Return the topic on which a site publishes `leaf`, one of `UP`."""
        return f"{self.root}/{uai}/up/{leaf}"

    def down(self, uai: str, leaf: str) -> str:
        """Return the topic on which the centre publishes `leaf` to a site, one of `DOWN`."""
        return f"{self.root}/{uai}/down/{leaf}"

    def all_up(self) -> str:
        """Return the filter of everything that sites publish."""
        return f"{self.root}/+/up/+"

    def for_all(self) -> tuple[str, ...]:
        """Return the filters of what every collector must hear: the present, and who is there."""
        return tuple(f"{self.root}/+/up/{leaf}" for leaf in LIVE)

    def for_one(self, group: str) -> tuple[str, ...]:
        """Return the filters of what one collector of a group must take in (MQTT 5, 4.8.2)."""
        records = (leaf for leaf in UP if leaf not in LIVE)
        return tuple(f"$share/{group}/{self.root}/+/up/{leaf}" for leaf in records)

    def all_down(self, uai: str) -> str:
        """Return the filter of everything meant for one site."""
        return f"{self.root}/{uai}/down/+"

    def parse(self, topic: str) -> tuple[str, str, str] | None:
        """Return (uai, direction, leaf) of a topic of ours, None for any other."""
        prefix = f"{self.root}/"
        parts = topic.removeprefix(prefix).split("/")
        if not topic.startswith(prefix) or len(parts) != 3 or not is_uai(parts[0]):  # noqa: PLR2004
            return None
        uai, direction, leaf = parts
        known = {"up": UP, "down": DOWN}.get(direction, ())
        return (uai, direction, leaf) if leaf in known else None
