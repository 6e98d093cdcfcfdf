"""A lycée in these tests: it keeps what it has said until it is confirmed, and says it again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from numlycee.domain.causes import Cause
from numlycee.domain.states import State
from numlycee.wire.receipts import Mark, Receipt
from numlycee.wire.records import Previous, Record, ResourceSpell
from tests.collector.centre import INVENTORY, STEP, Agent, Message

AGES = 10 * 365 * 86_400_000
"""Beyond any clock of these tests: what is dated so far ahead is refused."""


@dataclass
class Lycee:
    """All that the agent of a site ever said, run after run, and what its centre confirmed."""

    agent: Agent
    dice: Random
    said: list[Record] = field(default_factory=list)
    settled: dict[str, Mark] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    epoch: int = 0
    commit: int = 0
    refused: int = 0

    @property
    def waiting(self) -> list[Record]:
        """Return what is not confirmed, in order."""
        return [r for r in self.said if r.key.seq not in self.settled.get(r.key.run, Mark(0))]

    def see(self) -> None:
        """Say something more."""
        record = self._something()
        self.said.append(record)
        self.ends[self.agent.run] = self.agent.seq

    def hello(self, nonce: str) -> Message:
        """Begin a handshake."""
        runs = {run: (1, last) for run, last in self.ends.items()}
        return self.agent.hello(nonce, runs, self.epoch, self.commit)

    def offers(self, most: int, at: int) -> Iterator[Message]:
        """Yield a batch of what waits, if anything does: the oldest first, as a rule."""
        records = self.waiting[:most]
        if self.dice.random() < 0.2:
            self.dice.shuffle(records)
        if records:
            yield self.agent.sends(*records, sent=at)

    def heed(self, receipt: Receipt) -> None:
        """Believe the centre, which takes nothing back and knows all that it ever confirmed."""
        assert (receipt.epoch, receipt.commit) > (self.epoch, self.commit)
        assert receipt.epoch == self.epoch or not self.epoch, "the centre takes itself for another"
        self.epoch, self.commit = receipt.epoch, receipt.commit
        self.settled |= receipt.runs

    def _something(self) -> Record:
        agent, dice = self.agent, self.dice.random()
        if agent.seq == 0:
            return agent.listing()
        if dice < 0.03:
            return self._anew()
        if dice < 0.06:
            gap = agent.seq + 1, agent.seq + self.dice.randrange(1, 4)
            agent.seq = gap[1]
            return agent.gap(agent.run, gap)
        if dice < 0.08:
            end, self.refused = agent.end, self.refused + 1
            record = agent.bulletin(start=end + AGES, end=end + AGES + STEP)
            agent.end = end
            return record
        return agent.bulletin(*self._spells(agent.end))

    def _anew(self) -> Record:
        """Begin another run."""
        before = self.agent
        run = f"{int(before.run, 16) + 256:016x}"
        self.agent = Agent(before.uai, run, before.end, end=before.end)
        return self.agent.bulletin(previous=Previous(before.run, before.seq))

    def _spells(self, start: int) -> Iterator[ResourceSpell]:
        for resource in INVENTORY:
            if self.dice.random() < 0.4:
                first, last = sorted(self.dice.sample(range(0, STEP + 1, 1000), 2))
                state = self.dice.choice((State.DOWN, State.DEGRADED))
                yield ResourceSpell(resource.id, state, Cause.TIMEOUT, start + first, start + last)
