"""The edges of a payload: its size, its keys, its numbers."""

import pytest

from numlycee.wire.errors import WireError
from numlycee.wire.messages import decode_now, encode_now
from numlycee.wire.reading import MAXIMUM_BYTES
from numlycee.wire.records import batch, decode, encode
from tests.wire.test_messages import NOW
from tests.wire.test_records import BULLETIN, T0

GOOD = batch([encode(BULLETIN)], T0)


def test_64_kib_and_no_more() -> None:
    filled = GOOD + b" " * (MAXIMUM_BYTES - len(GOOD))
    assert decode(filled) == decode(GOOD)
    with pytest.raises(WireError, match="65537 bytes"):
        decode(filled + b" ")


def test_no_key_twice() -> None:
    with pytest.raises(WireError, match="repeats a key"):
        decode(GOOD[:-1] + b',"later":{"a":1,"a":1}}')
    with pytest.raises(WireError, match="repeats a key"):
        decode_now(encode_now(NOW)[:-1] + b',"v":1}')


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_no_number_that_is_none(number: bytes) -> None:
    with pytest.raises(WireError, match="is not a number"):
        decode(GOOD[:-1] + b',"later":%s}' % number)
