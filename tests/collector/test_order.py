"""Any permutation, repetition or re-batching of the same records gives the same account."""

import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.adapters.memory import MemoryStore
from numlycee.adapters.sql import open_store
from numlycee.domain.causes import Cause
from numlycee.domain.devices import Cell, Fleet
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import STORED
from numlycee.wire.records import Previous, Record, ResourceSpell, inventory_of
from tests.collector.centre import FLEET, INVENTORY, T0, Agent, Centre, HandClock, dump
from tests.proof import examples

ANOTHER = inventory_of([*INVENTORY, Resource("ent", Kind.SERVICE, "ENT")])
LENGTH = 100
DAY = 86_400_000


def spells(dice: Random, start: int, end: int) -> list[ResourceSpell]:
    found = []
    for resource in ("link", "sw-coeur", "ap-b12"):
        cuts = sorted(dice.sample(range(start, end + 1), 2 * dice.randrange(3)))
        for a, b in zip(cuts[::2], cuts[1::2], strict=True):
            cause = dice.choice([Cause.TIMEOUT, Cause.EDGE])
            found.append(ResourceSpell(resource, dice.choice(STORED), cause, a, b))
    return found


def a_count(dice: Random) -> Fleet | None:
    if dice.random() < 0.5:
        return None
    day = date(2026, 11, dice.randrange(18, 22))
    return Fleet(day, {cell: dice.choice([None, 0, 5, 900]) for cell in Cell})


def a_run(dice: Random, uai: str, number: int, before: Agent | None) -> tuple[Agent, list[Record]]:
    """One run as an honest agent writes it: touching bulletins, merged ones, holes, gaps."""
    began = T0 + number * LENGTH * 5
    inventory = dice.choice([INVENTORY, ANOTHER])
    agent = Agent(uai, f"{number:016x}", began, end=began, inventory=inventory)
    previous = Previous(before.run, before.seq) if before else None
    records: list[Record] = []
    for _ in range(dice.randrange(1, 8)):
        start = agent.end + dice.choice([0, 0, 0, LENGTH])
        told = spells(dice, start, start + LENGTH)
        end, fleet = start + LENGTH, a_count(dice)
        records.append(agent.bulletin(*told, start=start, end=end, previous=previous, fleet=fleet))
        previous = None
        if dice.random() < 0.3 and fleet is None:
            last = (agent.seq, agent.seq)
            records.append(agent.bulletin(*told, start=start, end=agent.end, replaces=(last,)))
    records.insert(dice.randrange(len(records) + 1), agent.listing())
    if dice.random() < 0.3:
        agent.seq += 2
        records.append(agent.gap(agent.run, (agent.seq - 1, agent.seq)))
    return agent, records


def a_fleet(dice: Random) -> list[tuple[Agent, Record]]:
    written: list[tuple[Agent, Record]] = []
    for uai in FLEET:
        agent: Agent | None = None
        for number in range(dice.randrange(1, 4)):
            agent, records = a_run(dice, uai, number, agent)
            written += [(agent, record) for record in records]
    return written


def deliver(centre: Centre, letters: list[tuple[Agent, Record]], dice: Random) -> None:
    while letters:
        size = dice.choice([1, 2, 7, 50])
        now, letters = letters[:size], letters[size:]
        centre.takes(*(agent.sends(record) for agent, record in now))


@settings(max_examples=examples(40))
@given(seed=st.integers(0, 2**32), disorder=st.integers(0, 2**32))
def test_order_repetition_and_batches_vanish(seed: int, disorder: int) -> None:
    letters = a_fleet(Random(seed))
    dice = Random(disorder)
    shuffled = letters + dice.choices(letters, k=len(letters) // 2)
    dice.shuffle(shuffled)
    clock = HandClock(T0 + DAY)
    plain, mixed = Centre(MemoryStore(clock), clock), Centre(MemoryStore(clock), clock)
    deliver(plain, letters, Random(0))
    deliver(mixed, shuffled, dice)
    expected = dump(plain.store)
    assert dump(mixed.store) == expected
    assert not plain.ingest.ledger(0).rejected
    assert plain.ingest.outcomes.get("refused", 0) == 0
    with tempfile.TemporaryDirectory() as folder:
        opened = open_store(f"sqlite:///{Path(folder)}/account.db", clock)
        with closing(opened) as sql:
            deliver(Centre(sql, clock), shuffled, Random(disorder))
            assert dump(sql) == expected


def test_a_year_of_perfect_service_is_one_row(centre: Centre, clock: HandClock) -> None:
    agent = Agent()
    clock.at = T0 + 400 * DAY
    for _ in range(12):
        month = [agent.bulletin(end=agent.end + DAY) for _ in range(30)]
        centre.takes(agent.sends(*month[::2]), agent.sends(*month[1::2]))
    with centre.store.history() as history:
        (row,) = history.coverage(0, 1 << 60)
    assert (row.start, row.end) == (T0, T0 + 360 * DAY)


def test_spells_that_touch_are_one(centre: Centre) -> None:
    agent = Agent()
    spell = [
        ResourceSpell("link", STORED[1], Cause.TIMEOUT, start, start + 30_000)
        for start in (T0, T0 + 30_000, T0 + 60_000)
    ]
    records = [agent.bulletin(s, start=s.start, end=s.end) for s in spell]
    for record in (records[2], records[0], records[1]):
        centre.takes(agent.sends(record))
    with centre.store.history() as history:
        (row,) = history.spells(T0 + 89_999, T0 + 90_000)
        assert list(history.spells(T0 + 90_000, 1 << 60)) == []
    assert (row.start, row.end, row.began, row.run) == (T0, T0 + 90_000, T0, agent.run)
