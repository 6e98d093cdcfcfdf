"""The part of `numlycee.toml` that says what is promised: a target for each class."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from numlycee.domain.causes import Owner
from numlycee.domain.kinds import ResourceClass
from numlycee.domain.objectives import Objective
from numlycee.domain.tallies import Rate


class Judged(StrEnum):
    """The calendars on which an objective may be judged: service hours, or around the clock."""

    SERVICE = "service"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Target:
    """An objective as a person writes it: a percentage in quotes, so that it stays exact."""

    target: str
    owner: Owner = Owner.REGION
    calendar: Judged = Judged.SERVICE

    def __post_init__(self) -> None:
        """Refuse what is not a percentage."""
        self.rate()

    def rate(self) -> Rate:
        """Return the target as an exact ratio; « 99.5 » and « 99,5 » are the same."""
        try:
            percent = Decimal(self.target.replace(",", ".").rstrip(" %"))
        except InvalidOperation:
            percent = Decimal(-1)
        if not 0 < percent <= 100:  # noqa: PLR2004 (a percentage)
            message = f'target {self.target!r} is not a percentage: write it as "99.5"'
            raise ValueError(message)
        numerator, denominator = (percent / 100).as_integer_ratio()
        return Rate(numerator, denominator)


def usual() -> dict[str, Target]:
    """Return the targets of a Region that states none."""
    return {
        "link": Target("99.5", Owner.OPERATOR),
        "lan": Target("99.8", Owner.REGION),
        "wifi": Target("99.0", Owner.REGION),
        "service": Target("99.0", Owner.PUBLISHER),
    }


def objectives(targets: Mapping[str, Target]) -> dict[ResourceClass, Objective]:
    """Return the objectives by class; raises `ValueError` for an unknown class."""
    return {_class(name): _objective(name, target) for name, target in targets.items()}


def _class(name: str) -> ResourceClass:
    try:
        return ResourceClass(name)
    except ValueError:
        allowed = ", ".join(ResourceClass)
        message = f"objectives.{name}: no such class; write one of {allowed}"
        raise ValueError(message) from None


def _objective(name: str, target: Target) -> Objective:
    return Objective(_class(name), target.rate(), target.calendar.value, target.owner)
