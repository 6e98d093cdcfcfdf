"""The parts of `numlycee.toml` that promise more than a class: places, contracts, composites."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from numlycee.config.objectives import Judged, Target
from numlycee.domain.causes import Owner
from numlycee.domain.composites import ALL, Composite, Need, Part, Selector
from numlycee.domain.contracts import Contract
from numlycee.domain.durations import MINUTE
from numlycee.domain.kinds import Kind, ResourceClass
from numlycee.domain.objectives import Objective, Period
from numlycee.domain.register import Key
from numlycee.domain.sites import Site
from numlycee.domain.tallies import Rate
from numlycee.domain.uai import parse_uai


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An objective for one academy, or for one lycée; it takes the place of that of its class."""

    resource_class: ResourceClass = field(metadata={"key": "class"})
    target: str
    academy: str = ""
    site: str = ""
    owner: Owner = Owner.REGION
    calendar: Judged = Judged.SERVICE
    period: Period = Period.YEAR

    def __post_init__(self) -> None:
        """Refuse what is not a percentage, not a lycée, or made to nobody."""
        if not (self.academy or self.site):
            message = "made to nobody: write academy or site; for all, write it under [objectives]"
            raise ValueError(message)
        self.objective()

    def objective(self) -> Objective:
        """Return the objective."""
        return Objective(
            self.resource_class,
            Target(self.target).rate(),
            self.calendar.value,
            self.owner,
            academy=self.academy,
            uai=parse_uai(self.site) if self.site else "",
            period=self.period,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTerms:
    """A contract that guarantees a time to restore, to the sites of an operator or to some.

    Where there is a register of equipment, what that says to be under the contract is so as well.
    `calendar` names the hours in which its clock runs; `always` is around the clock.
    """

    name: str
    restore_minutes: int
    operator: str = ""
    sites: tuple[str, ...] = ()
    kind: Kind = Kind.LINK
    owner: Owner = Owner.OPERATOR
    calendar: str = Judged.ALWAYS.value
    target: str | None = None
    spares_maintenance: bool = True

    def __post_init__(self) -> None:
        """Refuse a contract without time to restore."""
        if self.restore_minutes < 1:
            message = "restore_minutes must be at least 1"
            raise ValueError(message)
        if self.target is not None:
            Target(self.target)
        for uai in self.sites:
            parse_uai(uai)

    def contract(self, fleet: Mapping[str, Site]) -> Contract:
        """Return the contract as it stands for a fleet."""
        return Contract(
            name=self.name,
            owner=self.owner,
            restore_ms=self.restore_minutes * MINUTE,
            calendar=self.calendar,
            keys=frozenset(self._keys(fleet)),
            target=None if self.target is None else Target(self.target).rate(),
            kind=self.kind,
            spares_maintenance=self.spares_maintenance,
        )

    def _keys(self, fleet: Mapping[str, Site]) -> Iterator[Key]:
        named = {parse_uai(uai) for uai in self.sites}
        for uai, site in fleet.items():
            if uai in named or (self.operator and site.operator == self.operator):
                yield uai, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTerms:
    """One part of a composite: which resources of the lycée, and how many must work."""

    name: str
    kind: Kind | None = None
    resource_class: ResourceClass | None = field(default=None, metadata={"key": "class"})
    resource: str = ""
    core: bool = False
    need: str = "all"

    def __post_init__(self) -> None:
        """Refuse what picks everything, and a need that cannot be read."""
        if not (self.kind or self.resource_class or self.resource or self.core):
            message = "picks everything: write kind, class, resource or core"
            raise ValueError(message)
        self.part()

    def part(self) -> Part:
        """Return the part."""
        selector = Selector(self.kind, self.resource_class, self.resource, self.core)
        return Part(self.name, selector, _need(self.need))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeTerms:
    """A service that works in a lycée where all its parts do."""

    id: str
    name: str
    parts: tuple[PartTerms, ...]

    def __post_init__(self) -> None:
        """Refuse a composite of nothing."""
        if not self.parts:
            message = "has no parts: without any it would always work"
            raise ValueError(message)

    def composite(self) -> Composite:
        """Return the composite."""
        return Composite(self.id, self.name, tuple(terms.part() for terms in self.parts))


def distinct(names: Iterable[str], what: str) -> None:
    """Raise `ValueError` when a name stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            message = f"{what} {name!r} stands twice: keep one"
            raise ValueError(message)
        seen.add(name)


def _need(text: str) -> Need:
    """Read « all », a number of members, or a share of them such as « 80 % » or « 4/5 »."""
    spelt = text.replace(" ", "").replace(",", ".")
    try:
        if spelt == "all":
            return ALL
        if spelt.isdigit():
            return int(spelt)
        share = Fraction(spelt.rstrip("%")) / (100 if spelt.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        message = f'need {text!r}: write "all", a number such as "2", or a share such as "80 %"'
        raise ValueError(message) from None
    return Rate(share.numerator, share.denominator)
