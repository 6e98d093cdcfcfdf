import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from numlycee.wire.messages import decode_presence
from numlycee.wire.receipts import Mark, Receipt, encode_receipt
from numlycee_agent.spool.spool import Spool
from numlycee_agent.telling.conversation import RHYTHM
from numlycee_agent.telling.publisher import Publisher, pauses
from tests.agent.centre import IDENTITY, KEY, RECEIPT, Centre, FakeBroker, FakePresent, FakeSession
from tests.agent.spooling import START, fill, numbers, segments
from tests.agent.virtual import VirtualClock, turn

Beside = Callable[[], Coroutine[Any, Any, None]]


class World:
    """One agent's spool and publisher before a fake broker, in virtual time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clock = VirtualClock()
        self.spool = Spool(directory, self.clock)
        self.centre = Centre()
        self.broker = FakeBroker(self.centre)
        self.present = FakePresent(self.spool)
        self.publisher = Publisher(
            self.broker, self.spool, self.present, IDENTITY, self.clock, chance=Random(1)
        )

    async def live(self, seconds: float, beside: Beside | None = None) -> None:
        """Publish for so long, while something else happens beside."""
        async with asyncio.TaskGroup() as group:
            if beside is not None:
                group.create_task(beside())
            publishing = group.create_task(self.publisher.run())
            await self.clock.advance(seconds)
            publishing.cancel()

    @property
    def session(self) -> FakeSession:
        assert self.broker.session is not None
        return self.broker.session


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.spool.close()


async def test_says_who_is_there_then_hello_then_the_backlog(world: World) -> None:
    fill(world.spool, 500)
    await world.live(5)
    online, offline = world.centre.presences
    assert (online.online, offline.online) == (True, False)
    assert online.run == world.spool.run
    hello = world.centre.hellos[0]
    assert hello.runs == {world.spool.run: (1, 500)}
    assert [seq for batch in world.centre.batches for seq in batch] == list(range(1, 501))
    assert world.spool.unconfirmed == 0
    assert world.spool.marks.epoch == 1


async def test_the_will_says_offline_for_this_run(world: World) -> None:
    await world.live(1)
    (will,) = world.broker.wills
    presence = decode_presence(will.payload)
    assert (presence.online, presence.run) == (False, world.spool.run)
    assert will.topic == IDENTITY.up("presence")


async def test_a_new_record_is_confirmed_within_seconds(world: World) -> None:
    async def later() -> None:
        await world.clock.sleep(60)
        fill(world.spool, 1)

    heard, began = [world.publisher.heard_at], world.clock.now()
    await world.live(62, later)
    heard.append(world.publisher.heard_at)
    assert heard[0] is None
    assert 60_000 <= (heard[1] or 0) - began <= 62_000
    assert numbers(world.spool) == []
    assert world.centre.batches == [[1]]


async def test_the_present_is_told_every_ten_seconds_and_at_once_on_a_change(world: World) -> None:
    async def change() -> None:
        await world.clock.sleep(12)
        world.present.change()
        await world.clock.sleep(0.3)
        assert len(world.centre.nows) == 3

    await world.live(29, change)
    assert len(world.centre.nows) == 4


async def test_the_present_never_waits_behind_the_backlog(world: World) -> None:
    fill(world.spool, 2000)

    async def block() -> None:
        await world.clock.sleep(0.15)
        world.broker.stuck = True
        nows = len(world.centre.nows)
        try:
            await world.clock.sleep(1)
            world.present.change()
            await world.clock.sleep(0.5)
            assert len(world.centre.nows) == nows + 1
            await world.clock.sleep(60)
            assert len(world.centre.nows) > nows + 6
        finally:
            world.broker.stuck = False

    await world.live(62, block)
    assert world.spool.unconfirmed > 0


async def test_at_most_four_batches_wait_for_a_receipt(world: World) -> None:
    fill(world.spool, 3000)
    greeting: list[bytes] = []

    def only_the_first(answer: bytes) -> bytes | None:
        greeting.append(answer)
        return answer if len(greeting) == 1 else None

    world.broker.filter = only_the_first
    await world.live(9)
    assert len(world.centre.batches) == 4


async def test_without_progress_everything_unconfirmed_is_offered_again(world: World) -> None:
    fill(world.spool, 100)
    answers = iter([True, False, True])
    world.broker.filter = lambda answer: answer if next(answers, True) else None
    await world.live(30)
    assert len(world.centre.hellos) == 2, "a centre that has restarted needs a new hello"
    assert world.spool.unconfirmed == 0
    assert world.centre.batches == [list(range(1, 101))], "the second hello's receipt was enough"


async def test_nothing_but_the_present_goes_to_a_centre_that_does_not_answer(world: World) -> None:
    fill(world.spool, 100)
    world.centre.deaf = True
    await world.live(299)
    assert world.centre.batches == []
    assert len(world.centre.nows) == 30


async def test_nothing_is_offered_before_hello_is_answered(world: World) -> None:
    fill(world.spool, 100)
    world.broker.filter = lambda _: None
    await world.live(299)
    assert world.centre.hellos
    assert world.centre.batches == []


async def test_hello_is_repeated_less_and_less_until_it_is_answered(world: World) -> None:
    fill(world.spool, 1)
    said: list[float] = []

    def swallow(answer: bytes) -> None:
        said.append(world.clock.monotonic())

    world.broker.filter = swallow
    await world.live(200)
    assert said == [0, 10, 30, 70, 130, 190]


async def test_a_long_silence_of_the_centre_is_an_alarm(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.centre.deaf = True
    with caplog.at_level(logging.ERROR):
        await world.live(1000)
    assert caplog.text.count("the centre has not answered for 300 s") == 1


async def test_a_centre_that_falls_silent_again_is_an_alarm_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def silences() -> None:
        for told in (1, 2):
            world.centre.deaf = False
            await world.clock.sleep(400)
            world.centre.deaf = True
            fill(world.spool, 1)
            await world.clock.sleep(1000)
            assert caplog.text.count("the centre has not answered for 300 s") == told

    with caplog.at_level(logging.ERROR):
        await world.live(3000, silences)
    assert world.broker.connections == 1


FORGED: dict[str, Callable[[Receipt], bytes]] = {
    "another key": lambda word: encode_receipt(word, b"x" * 32),
    "another nonce": lambda word: encode_receipt(replace(word, nonce="f" * 32), KEY),
    "no key": lambda word: encode_receipt(word, b""),
    "a mark moved": lambda word: encode_receipt(
        replace(word, runs={run: Mark(1) for run in word.runs}), KEY
    ).replace(b'"mark":1', b'"mark":9'),
    "noise": lambda _: b"\xff{",
    "a proof that is no proof": lambda _: '{"v":1,"mac":"é"}'.encode(),
    "half a character": lambda _: b'{"v":1,"mac":"e","nonce":"\\ud800"}',
    "too long": lambda _: b" " * 70_000,
}


@pytest.mark.parametrize("forgery", FORGED)
async def test_a_forged_receipt_confirms_nothing(
    world: World, forgery: str, caplog: pytest.LogCaptureFixture
) -> None:
    fill(world.spool, 9)
    world.broker.filter = lambda _: None

    async def forge() -> None:
        await world.clock.sleep(1)
        nonce = world.centre.hellos[-1].nonce
        word = Receipt(9, 9, nonce, {world.spool.run: Mark(9)}, START)
        for _ in range(1000):
            world.session.tell(RECEIPT, FORGED[forgery](word))

    with caplog.at_level(logging.WARNING):
        await world.live(8, forge)
    assert world.spool.unconfirmed == 9
    assert world.spool.marks.epoch == 0
    assert caplog.text.count("receipt not heeded") == 1


async def test_a_receipt_replayed_on_a_later_connection_confirms_nothing(world: World) -> None:
    fill(world.spool, 5)
    world.broker.filter = lambda _: None
    await world.live(1)
    nonce = world.centre.hellos[0].nonce
    old = encode_receipt(Receipt(1, 1, nonce, {world.spool.run: Mark(5)}, START), KEY)

    async def replay() -> None:
        await world.clock.sleep(1)
        world.session.tell(RECEIPT, old)

    await world.live(5, replay)
    assert world.spool.unconfirmed == 5


async def test_a_broker_that_is_away_is_tried_again_and_told_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.broker.away = True

    async def come_back() -> None:
        await world.clock.sleep(600)
        world.broker.away = False

    fill(world.spool, 3)
    with caplog.at_level(logging.WARNING):
        await world.live(670, come_back)
    assert world.spool.unconfirmed == 0
    assert caplog.text.count("refused; trying again") == 1


@pytest.mark.parametrize("turns", range(8))
async def test_it_ends_when_asked_even_as_its_connection_does(world: World, turns: int) -> None:
    """However far the news of the end has come by then."""
    async with asyncio.TaskGroup() as group:
        publishing = group.create_task(world.publisher.run())
        await world.clock.advance(5)
        world.session.cut()
        for _ in range(turns):
            await turn()
        publishing.cancel()
    assert publishing.cancelled()


async def test_a_new_run_is_a_new_connection(world: World) -> None:
    async def step() -> None:
        await world.clock.sleep(5)
        world.spool.renew()
        fill(world.spool, 1)

    first = world.spool.run
    await world.live(20, step)
    assert world.broker.connections == 2
    assert [decode_presence(will.payload).run for will in world.broker.wills] == [
        first,
        world.spool.run,
    ]
    assert world.spool.unconfirmed == 0


async def test_a_present_too_long_for_a_payload_goes_without_its_gauges(world: World) -> None:
    world.present.gauges = {f"ap-{n}": {"rtt_seconds": 0.123456789} for n in range(3000)}
    await world.live(1)
    assert world.centre.nows[0].gauges == {}


async def test_the_last_word_is_waited_for_but_not_for_ever(world: World) -> None:
    fill(world.spool, 10)

    async def stop() -> None:
        await world.clock.sleep(5)
        fill(world.spool, 1)
        started = world.clock.monotonic()
        await world.publisher.drain(3)
        assert world.spool.unconfirmed == 0
        world.centre.deaf = True
        fill(world.spool, 1)
        await world.publisher.drain(3)
        assert 3 < world.clock.monotonic() - started < 7

    await world.live(15, stop)


async def test_nothing_is_deleted_because_the_broker_acknowledged(
    world: World, tmp_path: Path
) -> None:
    fill(world.spool, 2000)
    files = segments(tmp_path)
    world.broker.filter = lambda answer: answer if len(world.centre.batches) == 0 else None
    await world.live(60 * 86_400 / 1000)
    assert len(world.centre.stored) > 500
    assert segments(tmp_path) == files
    assert world.spool.unconfirmed == 2000


def test_pauses_double_to_a_minute_and_are_never_in_step() -> None:
    drawn = list(islice(pauses(Random(7)), 12))
    for pause, most in zip(drawn, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60], strict=True):
        assert most / 2 <= pause <= most
    assert drawn != list(islice(pauses(Random(8)), 12))


def test_identities_do_not_print_their_key() -> None:
    assert "kkk" not in repr(IDENTITY)
    assert RHYTHM.present == 10
