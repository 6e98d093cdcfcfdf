"""Texts kept from one scrape to the next say what a writing from nothing would say."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from numlycee.adapters.prometheus.catalogue import (
    CATALOGUE,
    INFO,
    LABEL,
    RESOURCE,
    STANDING,
    STATE,
    gauge_name,
)
from numlycee.adapters.prometheus.live import STATE_CODES, Live
from numlycee.adapters.prometheus.text import labels, sample
from numlycee.collector.model import BoardSnapshot, LiveResource, LiveSite
from numlycee.domain.causes import Cause, Owner, propose_owner
from numlycee.domain.equipment import Item, parked
from numlycee.domain.inventory import Resource
from numlycee.domain.kinds import Kind
from numlycee.domain.states import State
from numlycee.picture import Picture
from tests.adapters.web.pictures import NOW, empty, sites

UAIS = list(sites())[:2]
NAMES = ["sw", "50 %", "%s", 'a"b\\', "é"]
KINDS = [Kind.SWITCH, Kind.LINK, Kind.SERVICE]
GAUGES = ["rtt_seconds", "total_seconds", "ports_up", "target_2_rtt_seconds"]


@st.composite
def boards(draw: st.DrawFn) -> BoardSnapshot:
    """A board of few words, so that boards in a row differ in one thing or another."""
    return BoardSnapshot(
        NOW, {uai: _site(draw, uai) for uai in UAIS if draw(st.integers(0, 9)) > 1}
    )


def _site(draw: st.DrawFn, uai: str) -> LiveSite:
    resources = tuple(
        LiveResource(
            uai,
            Resource(
                name, draw(st.sampled_from(KINDS)), name, None, 1, 1, draw(st.sampled_from("xy"))
            ),
            draw(st.sampled_from(list(STATE_CODES))),
            None,
            NOW,
            draw(st.dictionaries(st.sampled_from(GAUGES), st.sampled_from([0.0, 1.5, 1e-6]))),
        )
        for name in NAMES[: draw(st.integers(0, len(NAMES)))]
    )
    return LiveSite(uai, False, NOW, "r", "1", 0, 1, resources)


def simply(picture: Picture) -> dict[str, str]:
    """Every sample written by itself, from nothing."""
    found: dict[str, list[str]] = {m.name: [] for m in (INFO, LABEL, STANDING, STATE)}
    for uai, live in picture.board.sites.items():
        for item in live.resources:
            for name, names, values, figure in _samples(picture, uai, item):
                found.setdefault(name, []).append(sample(name, labels(names, values), figure))
        found[STANDING.name] += _standing(picture, live)
    return {name: "".join(lines) for name, lines in found.items()}


def _samples(
    picture: Picture, uai: str, item: LiveResource
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], float]]:
    resource = item.resource
    identity = (uai, resource.id, resource.kind)
    item_said = picture.equipment.get(uai, {}).get(resource.id)
    said = item_said or Item(uai, "", Kind.SWITCH, "")
    told = (
        resource.resource_class, resource.vendor or said.vendor, resource.model or said.model,
        propose_owner(resource.kind, Cause.OTHER, said.owner),
        said.operator or picture.sites[uai].operator, said.contract,
    )  # fmt: skip
    for name, value in said.labels:
        yield LABEL.name, LABEL.labels, (*identity, name, value), 1
    yield INFO.name, INFO.labels, (*identity, *told), 1
    yield STATE.name, RESOURCE, identity, STATE_CODES[item.state]
    for gauge, figure in item.gauges.items():
        target = ("2",) if gauge.startswith("target_2") else ()
        names = (*RESOURCE, "target") if target else RESOURCE
        yield gauge_name(resource.kind, gauge), names, (*identity, *target), figure


def _standing(picture: Picture, live: LiveSite) -> Iterator[str]:
    listed = set(picture.equipment.get(live.uai, {}))
    seen = {r.resource.id for r in live.resources if r.resource.kind is Kind.SWITCH}
    counted = {"both": listed & seen, "register": listed - seen, "observed": seen - listed}
    for name, ids in counted.items() if listed else ():
        inside = labels(STANDING.labels, (live.uai, name))
        yield sample(STANDING.name, inside, len(ids))


LISTED = (
    Item(UAIS[0], "sw", Kind.SWITCH, "sw", model="m", owner=Owner.LYCEE, contract="GTR"),
    Item(UAIS[0], "%s", Kind.SWITCH, "s", operator="O", labels=(("lot", '50 % "a"'), ("z", "1"))),
    Item(UAIS[1], "absent", Kind.UPS, "a", labels=(("lot", "2"),)),
)


def written(live: Live) -> Mapping[str, str]:
    return {
        metric.name: text if isinstance(text, str) else b"".join(k.text for k in text).decode()
        for metric, text in live.families()
    }


@given(st.lists(boards(), min_size=1, max_size=6), st.data())
def test_what_is_kept_never_shows(shown: list[BoardSnapshot], data: st.DataObject) -> None:
    live = Live()
    for board in shown:
        picture = _picture(board, data.draw(st.sampled_from(["", "Orange"])))
        listed = data.draw(st.sets(st.sampled_from(LISTED)))
        picture = replace(picture, equipment=parked(tuple(listed)))
        live.show(picture)
        assert written(live) == simply(picture)


def _picture(board: BoardSnapshot, operator: str) -> Picture:
    known = {uai: replace(sites()[uai], operator=operator) for uai in UAIS}
    return replace(empty(), sites=known, board=board)


def test_every_family_of_a_resource_is_in_the_catalogue() -> None:
    assert {INFO, LABEL, STANDING, STATE} <= set(CATALOGUE)
    assert set(State) == set(STATE_CODES)
