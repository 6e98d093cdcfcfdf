"""Labels of people: what Prometheus takes, few and short."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numlycee.domain.labels import MOST, is_label_name, over, parse_labels, spelt

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True)
VALUES = st.text("abcéÉ =;\"'0_-", min_size=1, max_size=80).map(str.strip).filter(bool)


@given(st.dictionaries(NAMES, VALUES, max_size=MOST))
def test_labels_are_read_back_as_they_were_spelt(labels: dict[str, str]) -> None:
    assert parse_labels(spelt(labels.items())) == tuple(sorted(labels.items()))


@given(NAMES)
def test_a_name_is_one_of_prometheus(name: str) -> None:
    assert is_label_name(name)
    assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", name)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("zone", "'zone' has no value: write name=value"),
        ("zone=", "has no value"),
        ("Zone=rurale", "name 'Zone': a small letter"),
        ("__name__=x", "name '__name__'"),
        ("zone=a, zone=b", "'zone' stands twice"),
        ("zone=" + "x" * 81, "80 signs at most"),
        ("zone=a\tb", "must be printable"),
        (", ".join(f"l{n}=x" for n in range(9)), "9 labels, at most 8"),
    ],
)
def test_what_is_no_label_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_labels(text)


def test_nothing_is_no_label_and_some_lie_over_others() -> None:
    assert parse_labels(" , ") == ()
    assert over(parse_labels("a=1, b=2"), {"b": "3", "c": "4"}) == parse_labels("a=1, b=3, c=4")
