"""What people state of the equipment, beside what was observed; each statement keeps its trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from numlycee.domain.causes import Owner
from numlycee.domain.equipment import Item, Park
from numlycee.domain.tallies import Maintenance

Key = tuple[str, str]
"""A resource: the UAI of its site (empty for a service that sites share) and its id there."""

WHOLE_SITE = ""
"""In the place of a resource's id: every resource of the site."""


@dataclass(frozen=True, slots=True, order=True)
class Trace:
    """Who stated something, at which instant, and why."""

    given: int
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class Lifetime:
    """When a resource began to owe service, and when it ceased to; None where nobody stated it.

    A beginning counts only if it is earlier than the first inventory that lists the resource.
    """

    begun: int | None = None
    retired: int | None = None


@dataclass(frozen=True, slots=True)
class Overrule:
    """A person ascribes the outage that contains the instant `at` to another owner."""

    at: int
    owner: Owner
    trace: Trace


@dataclass(frozen=True, slots=True)
class Register:
    """Every statement, by resource; an empty id stands for all resources of the site.

    `equipment` is what people have listed, by site and id.
    """

    maintenance: Mapping[Key, Sequence[Maintenance]] = field(default_factory=dict)
    lifetimes: Mapping[Key, Lifetime] = field(default_factory=dict)
    overrules: Mapping[Key, Sequence[Overrule]] = field(default_factory=dict)
    equipment: Park = field(default_factory=dict)

    def item(self, key: Key) -> Item | None:
        """Return what is listed of a resource."""
        uai, resource = key
        return self.equipment.get(uai, {}).get(resource)

    def owner(self, key: Key) -> Owner | None:
        """Return who is listed as the owner of a resource, None where the rule decides."""
        item = self.item(key)
        return item.owner if item else None

    def named(self) -> frozenset[Key]:
        """Return everything that something was stated of, beside its being listed."""
        return frozenset((*self.maintenance, *self.lifetimes, *self.overrules))

    def announced(self, key: Key) -> tuple[Maintenance, ...]:
        """Return the interventions on a resource.

        Those of its whole site come too, and those of the service that sites share of which it is
        what one of them sees.
        """
        uai, resource = key
        wider = ((uai, WHOLE_SITE), ("", resource)) if uai else ()
        return tuple(one for about in (*wider, key) for one in self.maintenance.get(about, ()))

    def lifetime(self, key: Key) -> Lifetime:
        """Return what was stated of a resource's life, of its site's where nothing.

        A service that sites share ends for each of them when it ends for all.
        """
        uai, resource = key
        own = self.lifetimes.get(key) or self.lifetimes.get((uai, WHOLE_SITE), ALIVE)
        shared = self.lifetimes.get(("", resource), ALIVE).retired
        if shared is None or (own.retired is not None and own.retired <= shared):
            return own
        return Lifetime(own.begun, shared)

    def overrule(self, key: Key, start: int, end: int) -> Overrule | None:
        """Return the latest statement about the owner of what happened over ``[start, end)``.

        What is stated of a service that sites share holds for what each of them saw of it, unless
        something is stated of that.
        """
        for about in dict.fromkeys((key, ("", key[1]))):
            found = [o for o in self.overrules.get(about, ()) if start <= o.at < end]
            if found:
                return max(found, key=lambda o: o.trace)
        return None


ALIVE = Lifetime()
SILENT = Register()
"""Nobody has stated anything."""
