"""A gzip stream of fresh and of kept parts is the stream of their text."""

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from numlycee.adapters.prometheus.packing import Gzip, pack

TEXTS = st.lists(
    st.tuples(st.booleans(), st.binary(max_size=40), st.integers(0, 400)).map(
        lambda drawn: (drawn[0], drawn[1] * drawn[2])
    ),
    max_size=8,
)


@given(TEXTS)
def test_it_is_read_back_as_one_member(texts: list[tuple[bool, bytes]]) -> None:
    stream = Gzip()
    for kept, text in texts:
        if kept:
            stream.lay(pack(text))
        else:
            stream.write(text)
    whole = b"".join(text for _, text in texts)
    body = stream.close()
    assert gzip.decompress(body) == whole
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert reader.decompress(body) == whole
    assert reader.eof
    assert not reader.unused_data


@given(st.binary(max_size=2000))
def test_one_part_serves_many_streams(text: bytes) -> None:
    part = pack(text)
    for before in (b"", b"one", b"another " * 50):
        stream = Gzip()
        stream.write(before)
        stream.lay(part)
        stream.lay(part)
        assert gzip.decompress(stream.close()) == before + text + text
