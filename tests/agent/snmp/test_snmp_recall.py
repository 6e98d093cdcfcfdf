"""The remembered shapes against the plain decoding, which is their oracle."""

from bisect import bisect_right
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee_agent.snmp import ber, message
from numlycee_agent.snmp.message import Request, Version
from numlycee_agent.snmp.recall import Heard, Memory, Shape
from numlycee_agent.snmp.table import BulkSize
from numlycee_agent.snmp.values import Columns, Missing, SnmpDecodeError, SnmpStatusError, Value
from numlycee_agent.snmp.walk import Answer, Listed, Question, walking
from tests.proof import examples

COLUMNS = ("1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.10", "1.3.6.1.4.1.9.9.1")
BEYOND = "1.3.9.1"
NO_BINDS = b""
Arcs = tuple[int, ...]
Said = tuple[int, bytes]


class Device:
    """Answers questions with datagrams; `follows` puts names out of order, `most` cuts."""

    def __init__(self, cells: Mapping[str, Said]) -> None:
        self.cells = {arcs(name): said for name, said in cells.items()}
        self.follows: dict[Arcs, Arcs] = {}
        self.most: int | None = None

    def answer(self, question: Question) -> bytes:
        row, binds = [arcs(name) for name in question.names], list[bytes]()
        for _ in range(question.repetitions):
            row = [self.after(name) for name in row]
            binds += map(self.bind, row)
        return datagram(b"".join(binds[: self.most]))

    def after(self, name: Arcs) -> Arcs:
        order = sorted(self.cells)
        at = bisect_right(order, name)
        return self.follows.get(name, order[at] if at < len(order) else arcs(BEYOND))

    def bind(self, name: Arcs) -> bytes:
        tag, content = self.cells.get(name, (Missing.END_OF_VIEW.value, b""))
        return ber.tlv(ber.SEQUENCE, ber.oid(".".join(map(str, name))) + ber.tlv(tag, content))


def datagram(binds: bytes, status: int = 0, identifier: int = 1 << 30) -> bytes:
    fields = ber.integer(identifier) + ber.integer(status) + ber.integer(0)
    pdu = ber.tlv(message.RESPONSE, fields + ber.tlv(ber.SEQUENCE, binds))
    return ber.tlv(ber.SEQUENCE, ber.integer(1) + ber.tlv(ber.OCTETS, b"public") + pdu)


def arcs(name: str) -> Arcs:
    return tuple(map(int, name.split(".")))


def walked(device: Device, hear: Callable[[Question, bytes], Answer], most: int = 1000) -> Columns:
    steering: Generator[Question, Answer, Columns] = walking(COLUMNS, BulkSize(), most)
    try:
        question = next(steering)
        while True:
            question = steering.send(hear(question, device.answer(question)))
    except StopIteration as end:
        rows: Columns = end.value
        return rows


def plainly(_: Question, data: bytes) -> Answer:
    return Listed(message.decode(data).binds)


def remembering(memory: Memory[Request]) -> Callable[[Question, bytes], Answer]:
    return lambda question, data: Heard(memory, question, data)


def memory() -> Memory[Request]:
    return Memory("switch", partial(Request, Version.V2C, b"public"))


_CONTENTS = st.one_of(
    st.tuples(
        st.sampled_from([ber.INTEGER, ber.COUNTER, ber.GAUGE, ber.TICKS, ber.COUNTER64]),
        st.binary(min_size=1, max_size=9),
    ),
    st.tuples(st.just(ber.OCTETS), st.binary(max_size=6)),
    st.tuples(st.just(ber.ADDRESS), st.binary(min_size=4, max_size=4)),
    st.tuples(st.just(ber.OPAQUE), st.binary(max_size=5)),
    st.tuples(st.just(ber.OBJECT), st.just(b"\x2b\x06\x01")),
    st.tuples(st.sampled_from([0x05, 0x80, 0x81]), st.just(b"")),
)
_ROWS = st.lists(st.integers(0, 40) | st.just(2**32 - 1), unique=True, max_size=30)


@st.composite
def _devices(draw: st.DrawFn) -> Device:
    names = [f"{column}.{row}" for column in COLUMNS for row in draw(_ROWS)]
    device = Device({name: draw(_CONTENTS) for name in [*names, BEYOND]})
    held = sorted(device.cells)
    for name in draw(st.lists(st.sampled_from(held), max_size=2)):
        device.follows[name] = draw(st.sampled_from(held))
    device.most = draw(st.none() | st.integers(1, 20))
    return device


@settings(max_examples=examples(150), deadline=None)
@given(_devices(), st.integers(1, 40), st.data())
def test_what_is_remembered_is_what_is_decoded(
    device: Device, most: int, data: st.DataObject
) -> None:
    hear = remembering(memory())
    for _ in range(5):
        assert walked(device, hear, most) == walked(device, plainly, most)
        for name in data.draw(st.lists(st.sampled_from(sorted(device.cells)), max_size=3)):
            device.cells[name] = data.draw(_CONTENTS)
        if data.draw(st.booleans()):
            device.cells[(*arcs(COLUMNS[0]), data.draw(st.integers(0, 50)))] = (2, b"\x01")


def switch(rows: int = 20) -> Device:
    cells = {f"{COLUMNS[0]}.{row}": (ber.OCTETS, b"port %02d" % row) for row in range(rows)}
    counters = {f"{COLUMNS[1]}.{row}": (ber.COUNTER, b"\x7f\0\0\0") for row in range(rows)}
    return Device(cells | counters | {BEYOND: (ber.INTEGER, b"\x01")})


def test_the_third_walk_decodes_nothing() -> None:
    device, memo, decoded = switch(), memory(), 0
    for walk in range(3):
        heard: list[Heard] = []

        def hear(question: Question, data: bytes, heard: list[Heard] = heard) -> Answer:
            heard.append(Heard(memo, question, data))
            return heard[-1]

        rows = walked(device, hear)
        assert rows[COLUMNS[1]]["7"] == 0x7F00_0000
        decoded = sum(answer._binds is not None for answer in heard)
        assert decoded == (0 if walk == 2 else len(heard))


@pytest.mark.parametrize("place", range(0, 60, 3))
def test_a_shape_is_not_taken_for_another(place: int) -> None:
    question = Question(COLUMNS[:2], COLUMNS[:2], 5)
    data = switch().answer(question)
    identifier, cells = message.cells(data)
    shape = Shape(data, cells, identifier)
    values: Sequence[Value] | None = shape.read(data)
    assert values == [value for _, value in message.decode(data).binds]
    damaged = bytearray(data)
    damaged[place] ^= 0x10
    within = any(start <= place < stop for _, start, stop in cells)
    within |= identifier[0] <= place < identifier[1]
    assert (shape.read(bytes(damaged)) is None) is not within
    assert shape.read(data + b"\0") is None


def test_a_memory_full_of_questions_starts_again() -> None:
    memo = memory()
    requests = [memo.request(Question((), (f"1.3.6.1.{at}",), 0)) for at in range(300)]
    assert len({request.encode(1 << 30) for request in requests}) == 300
    assert len(memo._requests) <= 128


def test_an_error_is_no_shape() -> None:
    memo, question = memory(), Question((COLUMNS[0],), (COLUMNS[0],), 5)
    device = switch()
    for _ in range(3):
        walked(device, remembering(memo))
    with pytest.raises(SnmpStatusError):
        Heard(memo, question, datagram(NO_BINDS, status=1)).binds()
    with pytest.raises(SnmpDecodeError):
        Heard(memo, question, datagram(NO_BINDS)[:-3]).binds()
