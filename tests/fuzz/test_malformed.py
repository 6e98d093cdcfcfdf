"""Messages malformed in every way: no exception, and no effect but a count and a quarantine."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from numlycee.adapters.sql import open_reader
from numlycee.collector.complaints import MOST_SUSPECTS
from numlycee.wire.reading import MAXIMUM_BYTES
from tests.collector.centre import (
    OTHER,
    SITE,
    STEP,
    T0,
    TOPICS,
    Agent,
    AnyStore,
    Centre,
    HandClock,
    Message,
    down,
    dump,
    sqlite,
)
from tests.fuzz.bending import STRANGE, bend
from tests.fuzz.targets import LEAVES, SEEDS, attempt, cases
from tests.proof import examples

SEED = st.integers(0, 2**32)
LEVELS = st.sampled_from(
    ["numlycee", "v1", SITE, OTHER, "0440021J", SITE.lower(), "+", "#", "", "..", "$SYS", "$share",
     "\x00", "é", "up", "down", "UP", *LEAVES, "receipt", "order", f"{SITE}\u200b"]
)  # fmt: skip
TOPIC = st.lists(LEVELS, max_size=7).map("/".join) | st.builds(
    TOPICS.up, st.sampled_from([SITE, OTHER]), st.sampled_from(LEAVES)
)
"""Topics of ours, of nobody, with wildcards: what a broker should never let through as well."""


@settings(max_examples=examples(300))
@given(st.sampled_from(sorted(cases())), SEED, st.integers(1, 4))
def test_a_real_message_bent_out_of_shape_is_survived(name: str, seed: int, times: int) -> None:
    target, _, payload = cases()[name].partition(b"\n")
    attempt(target + b"\n" + bend(payload, Random(seed), times))


def bent(leaf: str, seed: int, times: int) -> bytes:
    dice = Random(seed)
    return bend(dice.choice(SEEDS[leaf]), dice, times)


PAYLOAD = (
    st.builds(bent, st.sampled_from(sorted(SEEDS)), SEED, st.integers(0, 3))
    | st.binary(max_size=64)
    | st.just(b" " * (MAXIMUM_BYTES + 1))
)


@settings(max_examples=examples(15))
@given(st.lists(st.lists(st.tuples(TOPIC, PAYLOAD), max_size=12), min_size=1, max_size=4))
@example([[("", b""), (TOPICS.up(SITE, "hello"), b"\x00")]])
def test_a_database_survives_what_anyone_may_send(batches: Sequence[list[Message]]) -> None:
    with a_store() as (centre, path):
        for batch in batches:
            centre.ingest.handle(batch)
        invariants_hold(path)


def test_every_strange_value_in_every_field_leaves_the_database_sound() -> None:
    dice, flood = Random(1), list[Message]()
    for leaf in LEAVES:
        for payload in SEEDS[leaf]:
            for _ in range(6 * len(STRANGE)):
                flood.append((TOPICS.up(SITE, leaf), bend(payload, dice)))
    with a_store() as (centre, path):
        before = _of(OTHER, centre.store)
        for first in range(0, len(flood), 500):
            centre.ingest.handle(flood[first : first + 500])
        assert _of(OTHER, centre.store) == before
        invariants_hold(path)
        with centre.store.transaction() as transaction:
            assert transaction.quarantined(SITE, 0) == MOST_SUSPECTS


@contextmanager
def a_store() -> Iterator[tuple[Centre, Path]]:
    """A centre at work upon a database of its own."""
    clock = HandClock(T0 + 10 * STEP)
    with tempfile.TemporaryDirectory() as folder, closing(sqlite(clock, Path(folder))) as store:
        centre = Centre(store, clock)
        for uai, run in ((SITE, "00000000000000aa"), (OTHER, "00000000000000bb")):
            agent = Agent(uai, run)
            ill = down("link", T0 + 1_000, T0 + 2_000)
            centre.takes(agent.hello(), agent.sends(agent.listing(), agent.bulletin(ill)))
        yield centre, Path(folder) / "account.db"


def invariants_hold(path: Path) -> None:
    with open_reader(f"sqlite:///{path}").checker() as checker:
        assert [finding for finding in checker.findings() if finding.broken] == []


def _of(uai: str, store: AnyStore) -> list[str]:
    rows = dump(store).values()
    return [row for table in rows for row in map(repr, table) if uai in row]  # type: ignore[call-overload]
