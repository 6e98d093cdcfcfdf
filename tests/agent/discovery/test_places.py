"""What is remembered of places: two words make one, silence none, and no circle ever."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee.domain.kinds import Kind
from numlycee_agent.config import Equipment
from numlycee_agent.discovery.places import Place, Places, hung
from tests.proof import examples

IDS = [f"d{number}" for number in range(6)]
WRITTEN = st.lists(st.one_of(st.none(), st.just(""), st.integers(0, 5)), min_size=6, max_size=6)
LEARNT = st.dictionaries(st.sampled_from([*IDS, "gone"]), st.sampled_from([*IDS, "", "gone"]))


def equipment(name: str, parent: str | None = None) -> Equipment:
    return Equipment(name, Kind.SWITCH, name, "10.31.0.1", parent=parent)


@settings(max_examples=examples(200))
@given(written=WRITTEN, learnt=LEARNT)
def test_written_parents_stay_and_learnt_ones_close_no_circle(
    written: list[str | int | None], learnt: dict[str, str]
) -> None:
    # A written parent comes later in the list, so that what people wrote is no circle.
    listed = [
        equipment(
            name,
            f"d{above}" if isinstance(above, int) and above > at else "" if above == "" else None,
        )
        for at, (name, above) in enumerate(zip(IDS, written, strict=True))
    ]
    result = hung(listed, {name: Place(parent) for name, parent in learnt.items()})
    assert [item.id for item in result] == IDS
    above = {item.id: item.parent for item in result}
    for item in listed:
        assert item.parent is None or above[item.id] == item.parent
        assert above[item.id] in {item.parent, learnt.get(item.id)}
        line, at = set(), above[item.id]
        while at:
            assert at not in line
            assert at in IDS
            line.add(at)
            at = above[at]


def test_a_place_is_believed_when_it_is_told_twice_in_a_row(tmp_path: Path) -> None:
    places = Places(tmp_path / "places.json")
    place, other = Place("a", "p1", 1), Place("b")
    assert [
        places.hear(told, {"a", "b", "c"})
        for told in ({"c": place}, {}, {"c": place}, {"c": other}, {"c": place}, {"c": place})
    ] == [False] * 5 + [True]
    assert not places.awaiting
    assert Places(tmp_path / "places.json").known == places.known == {"c": place}


@pytest.mark.parametrize("silent", ["a", "root"])
def test_without_its_present_parent_or_the_root_nothing_moves(tmp_path: Path, silent: str) -> None:
    places = Places(tmp_path / "places.json")
    places.known = {"c": Place("a"), "root": Place("")}
    everybody = {"a", "b", "c", "root"}
    for answered in (everybody, everybody - {silent}, everybody):
        assert not places.hear({"c": Place("b")}, answered)
    assert places.hear({"c": Place("b")}, everybody)


def test_what_is_no_longer_listed_is_forgotten(tmp_path: Path) -> None:
    places = Places(tmp_path / "places.json")
    places.known = {"a": Place(""), "b": Place("a"), "c": Place("b"), "d": Place("a")}
    places.only({"a", "c", "d"})
    assert places.known == {"a": Place(""), "d": Place("a")}


@pytest.mark.parametrize("held", ["", "[]", '{"a": 1}', '{"a": ["b", 2, 3]}', '{"a": ["b"]}'])
def test_a_file_that_cannot_be_read_is_no_memory(tmp_path: Path, held: str) -> None:
    (tmp_path / "places.json").write_text(held)
    assert Places(tmp_path / "places.json").known == {}


def test_a_disk_that_refuses_costs_the_memory_and_nothing_else(tmp_path: Path) -> None:
    places = Places(tmp_path / "nowhere" / "places.json")
    told = {"b": Place("a")}
    assert [places.hear(told, {"a"}) for _ in range(2)] == [False, True]
    assert places.known == told
