"""A school year taken in by the ordinary path, beside one SQLModel row per resource and day."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import create_engine
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from numlycee.adapters.sql import open_store
from numlycee.collector.board import Board
from numlycee.collector.ingest import Ingest
from numlycee.domain.causes import Cause
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.wire.receipts import site_key
from numlycee.wire.records import ResourceSpell, decode, inventory_of
from tests.benchmarks.runner import Outcome
from tests.collector.centre import MASTER, T0, Agent, HandClock, Message

SITES, DAYS, RESOURCES, REGION = 20, 365, 12, 225
DAY = 86_400_000
BATCH, PER_MESSAGE = 10, 60
ROUNDS = 5
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
INVENTORY = inventory_of([Resource(f"r{i}", Kind.SWITCH, f"Équipement {i}") for i in range(12)])


class Sample(SQLModel, registry=registry()):
    """What a plain collector keeps: a state per resource and day."""


class SampleTable(Sample, table=True):
    """The comparator's only table."""

    __tablename__ = "sample"
    id: int | None = Field(default=None, primary_key=True)
    uai: str
    resource: str
    at: int
    state: str


def run() -> Outcome:
    """Measure CPU seconds: medians of interleaved rounds."""
    messages = list(a_year())
    bulletins = SITES * DAYS
    sample = messages[: len(messages) // 10]
    rounds = [
        (measured(partial(account, messages)), measured(partial(plain, sample)) * 10)
        for _ in range(ROUNDS)
    ]
    ours, theirs = (median(column) for column in zip(*rounds, strict=True))
    each, states = ours / bulletins * 1e6, ours / (bulletins * RESOURCES) * 1e6
    region = each * REGION * DAYS / 1e6
    return {
        "figures": {
            "CPU per bulletin of a day, µs": each,
            "CPU per million resource-states, s": states,
            "CPU of a Region-year of daily bulletins, s": region,
            "a SQLModel row per resource, µs per bulletin": theirs / bulletins * 1e6,
        },
        "ratios": {"a SQLModel row per resource / numlycee": theirs / ours},
        "goals": {
            "bulletin": "at most 100 µs per bulletin",
            "region-year": "at most 15 s of CPU for 225 sites × 365 days",
        },
        "met": {"bulletin": each <= 100, "region-year": region <= 15},
    }


def measured(work: Callable[[Path], None]) -> float:
    """Return the CPU seconds of a piece of work in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        before = time.process_time()
        work(Path(folder))
        return time.process_time() - before


def account(messages: list[Message], folder: Path) -> None:
    """Take the messages in as the centre does."""
    clock = HandClock()
    fleet = [uai(i) for i in range(SITES)]
    with closing(open_store(f"sqlite:///{folder}/account.db", clock)) as store:
        key_of = partial(site_key, MASTER)
        ingest = Ingest(store, Board(fleet, clock), fleet, key_of, clock)
        for i in range(0, len(messages), BATCH):
            ingest.handle(messages[i : i + BATCH])
        if ingest.outcomes["stored"] != SITES * (DAYS + 1):
            raise AssertionError(ingest.outcomes)


def plain(messages: list[Message], folder: Path) -> None:
    """Keep a row per resource of each bulletin, through the ORM."""
    engine = create_engine(f"sqlite:///{folder}/plain.db")
    Sample.metadata.create_all(engine)
    for topic, payload in messages:
        _, records = decode(payload)
        with Session(engine) as session:
            session.add_all(
                SampleTable(uai=topic, resource=resource.id, at=T0, state="up")
                for _ in records
                for resource in INVENTORY
            )
            session.commit()
    engine.dispose()


def a_year() -> Iterator[Message]:
    """Yield what the sites send of a year that has ended."""
    dice = Random(1)
    for i in range(SITES):
        began = T0 - (DAYS + 1) * DAY
        agent = Agent(uai(i), f"{i:016x}", began, end=began, inventory=INVENTORY)
        yield agent.sends(agent.listing())
        for first in range(0, DAYS, PER_MESSAGE):
            days = range(first, min(first + PER_MESSAGE, DAYS))
            yield agent.sends(*(agent.bulletin(*spells(dice, agent.end), end=agent.end + DAY)
                                for _ in days))  # fmt: skip


def spells(dice: Random, start: int) -> Iterator[ResourceSpell]:
    """Yield the failures of one day: one resource in twelve has one, with its edge."""
    for resource in INVENTORY:
        if dice.random() < 1 / RESOURCES:
            at = start + dice.randrange(DAY - 600_000)
            edge = at + 30_000
            yield ResourceSpell(resource.id, State.UNOBSERVED, Cause.EDGE, at, edge)
            yield ResourceSpell(resource.id, State.DOWN, Cause.TIMEOUT, edge, at + 500_000)


def uai(number: int) -> str:
    """Return a valid UAI code."""
    return f"{number:07}{LETTERS[number % 23]}"
