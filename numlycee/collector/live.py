"""The live view of one site: what its agent says of now, drawn on the inventory it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from numlycee.collector.model import LiveResource, LiveSite
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Inventory, Resource
from numlycee.domain.states import State
from numlycee.wire.messages import Now, Presence, Present

SILENT_AFTER = 45_000
"""Milliseconds without a word after which an agent is silent: four of its ten-second presents."""
MOST_INVENTORIES = 16
Sight = tuple[State, Cause | None, int]
_NONE: Mapping[str, float] = {}


@dataclass(slots=True)
class SiteView:
    """One site of the board; every verb tells whether it changed a state, a list or a presence.

    `opened` is when the board began to listen, `drawn_for` the run whose present was last drawn on
    the inventory that it named: another inventory of that run is awaited, and changes little.
    """

    uai: str
    opened: int
    silent: bool = True
    last_seen: int | None = None
    clock_offset: int = 0
    now: Now | None = None
    presence: Presence | None = None
    inventory: Inventory | None = None
    known: dict[str, Inventory] = field(default_factory=dict)
    drawn: dict[str, LiveResource] = field(default_factory=dict)
    drawn_for: str | None = None

    def learn(self, inventory: Inventory) -> bool:
        """Take in a stored inventory; it is drawn if the present names it, or if nothing speaks."""
        self.known.pop(inventory.digest, None)
        self.known[inventory.digest] = inventory
        if len(self.known) > MOST_INVENTORIES:
            del self.known[next(iter(self.known))]
        if self.now is None or self.now.inventory == inventory.digest:
            self.inventory = inventory
        return self._draw()

    def show(self, now: Now, at: int) -> bool:
        """Take in a present that arrived at an instant, unless it is older than the one shown."""
        if not self._newer(now):
            return False
        returned, self.silent = self.silent, False
        self.last_seen, self.clock_offset, self.now = at, now.at - at, now
        self.inventory = self.known.get(now.inventory, self.inventory)
        return self._draw() or returned

    def greet(self, presence: Presence) -> bool:
        """Take in a presence; a will of another run than the current one is not heeded."""
        if not presence.online and self.now and presence.run != self.now.run:
            return False
        changed, self.presence = presence != self.presence, presence
        return (not presence.online and self._fall_silent()) or changed

    def heard(self, at: int) -> None:
        """Note that the site spoke at an instant."""
        self.last_seen = max(self.last_seen or 0, at)

    def listen(self, at: int) -> bool:
        """Fall silent if nothing came for too long."""
        return at - (self.last_seen or 0) >= SILENT_AFTER and self._fall_silent()

    def live(self) -> LiveSite:
        """Return the view."""
        said = self.now or self.presence
        return LiveSite(
            uai=self.uai,
            silent=self.silent,
            last_seen=self.last_seen,
            run=said.run if said else None,
            version=self.presence.version if self.presence else None,
            clock_offset=self.clock_offset,
            head=self.now.head if self.now else 0,
            resources=tuple(self.drawn.values()),
            vitals=self.now.vitals if self.now and not self.silent else {},
        )

    def _newer(self, now: Now) -> bool:
        last = self.now
        if last is None:
            return True
        if last.run == now.run:
            return now.at > last.at
        return self.silent or (now.began, now.run) > (last.began, last.run)

    def _fall_silent(self) -> bool:
        was, self.silent = self.silent, True
        return not was and (self._draw() or True)

    def _draw(self) -> bool:
        """Draw every resource anew; a state that lasts keeps its first `since`."""
        named = self.now is not None and self.now.inventory == getattr(self.inventory, "digest", "")
        if self.now and named:
            self.drawn_for = self.now.run
        follows = self.now is not None and self.now.run == self.drawn_for
        now = self.now if follows and not self.silent else None
        said = {present.resource: present for present in now.states} if now else {}
        gauges = now.gauges if now else {}
        before, self.drawn = self.drawn, {}
        changed = False
        for resource in self.inventory or ():
            name = resource.id
            was = before.get(name)
            sight = self._sight(now, said.get(name))
            live = self._resource(resource, sight, gauges.get(name, _NONE), was)
            self.drawn[name] = live
            if live is not was:
                changed = changed or was is None or _differ(was, live)
        return changed or [*before] != [*self.drawn]

    def _resource(
        self,
        resource: Resource,
        sight: Sight,
        gauges: Mapping[str, float],
        was: LiveResource | None,
    ) -> LiveResource:
        """Draw one resource; it stays the very same object while nothing of it changes."""
        state, cause, since = sight
        if was and was.state is state:
            since = min(since, was.since)
            same = was.cause is cause and was.since == since and was.resource is resource
            if same and was.gauges == gauges:
                return was
        return LiveResource(self.uai, resource, state, cause, since, gauges)

    def _sight(self, now: Now | None, said: Present | None) -> Sight:
        if now is None:
            return State.UNOBSERVED, Cause.AGENT, self.last_seen or self.opened
        return (said.state, said.cause, said.since) if said else (State.UP, None, now.at)


def _differ(was: LiveResource, live: LiveResource) -> bool:
    """Tell whether the version grows: gauges, and since when a state lasts, do not count."""
    return (was.resource, was.state, was.cause) != (live.resource, live.state, live.cause)
