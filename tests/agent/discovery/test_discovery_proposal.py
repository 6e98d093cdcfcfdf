"""A proposal keeps what is there, marks what is new, and proposes nothing twice."""

import tomllib
from dataclasses import replace

import pytest

from numlycee.domain.kinds import Kind
from numlycee_agent.config import Equipment
from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.proposal import Network, additions, check, propose, stable_id
from numlycee_agent.discovery.sweep import Found
from tests.agent.discovery.school import address, found, host, mac, says, switch

CONFIGURATION = """\
# Le lycée.
[[equipment]]
id = "coeur"          # au rez-de-chaussée
kind = "switch"
name = "Cœur"
address = "10.31.0.1"

[[equipment]]
id = "vieux"
kind = "switch"
name = "Vieux"
address = "10.31.0.77"
parent = "coeur"
"""


def listed(text: str) -> list[Equipment]:
    rows = tomllib.loads(text).get("equipment", [])
    return [Equipment(**row | {"kind": Kind(row["kind"])}) for row in rows]


def school(*more: Found) -> Network:
    devices = [
        found(switch(1, says("p2", 2, "p7"), n2="p2", n50="p2")),
        found(switch(2, says("p7", 1, "p2"), n1="p7", n50="p5"), serial="S3-K1X 0042"),
        found(host(50), Kind.PRINTER),
        *more,
    ]
    graph = draw([one.around for one in devices])
    return Network(("10.31.0.0/24",), devices, graph, mac(1))


def test_what_is_new_follows_what_is_there() -> None:
    proposed = propose(school(), CONFIGURATION, listed(CONFIGURATION))
    assert proposed.startswith(CONFIGURATION)
    new = {item.id: item for item in listed(proposed)[2:]}
    assert list(new) == ["sw-s3k1x0042", "imp-001e58000032"]
    assert new["sw-s3k1x0042"].parent == "coeur"
    assert new["imp-001e58000032"].parent == "sw-s3k1x0042"
    assert "# proposé : port p7 ↔ coeur p2, confirmé des deux bouts (LLDP)" in proposed
    assert "# « vieux » (10.31.0.77) n'a pas répondu" in proposed


def test_a_second_run_proposes_the_same_bytes() -> None:
    once = propose(school(), CONFIGURATION, listed(CONFIGURATION))
    assert propose(school(), CONFIGURATION, listed(CONFIGURATION)) == once
    assert propose(school(), once, listed(once)) == once


def test_a_remark_that_no_longer_holds_goes() -> None:
    once = propose(school(), CONFIGURATION, listed(CONFIGURATION))
    back = school(found(replace(switch(9), addresses=frozenset({"10.31.0.77"}))))
    again = propose(back, once, listed(once))
    assert "n'a pas répondu" not in again
    assert listed(again) == listed(once)


def test_what_was_not_swept_is_not_missed() -> None:
    network = replace(school(), subnets=("10.32.0.0/24",))
    assert "n'a pas répondu" not in additions(network, listed(CONFIGURATION))


def test_what_lives_by_a_port_is_not_missed() -> None:
    text = CONFIGURATION.replace('parent = "coeur"', "tcp = 443")
    assert "n'a pas répondu" not in additions(school(), listed(text))


def test_a_device_keeps_its_id_when_its_address_changes() -> None:
    once = propose(school(), "", [])
    moved = school()
    devices = [*moved.found]
    devices[1] = replace(devices[1], address="10.31.0.200")
    around = replace(devices[1].around, addresses=frozenset({"10.31.0.200"}))
    devices[1] = replace(devices[1], around=around)
    told = additions(replace(moved, found=devices), listed(once))
    assert tomllib.loads(told) == {}
    assert "« sw-s3k1x0042 » a changé d'adresse : 10.31.0.2 est maintenant 10.31.0.200" in told


def test_an_address_that_changed_hands_is_two_devices() -> None:
    once = propose(school(), "", [])
    devices = [*school().found]
    gone = replace(devices[1].around, addresses=frozenset({"10.31.0.200"}))
    devices[1] = replace(devices[1], address="10.31.0.200", around=gone)
    devices.append(found(replace(switch(9), addresses=frozenset({address(2)}))))
    told = additions(replace(school(), found=devices), listed(once))
    assert [item.id for item in listed(told)] == ["sw-001e58000009"]
    assert "« sw-s3k1x0042 » a changé d'adresse" in told


def test_a_parent_that_people_wrote_stays_and_is_remarked_upon() -> None:
    once = propose(school(), "", [])
    other = once.replace('parent = "sw-s3k1x0042"', 'parent = "sw-001e58000001"')
    again = propose(school(), other, listed(other))
    assert listed(again) == listed(other)
    assert "le réseau dit « sw-s3k1x0042 »" in again


def test_without_a_root_nobody_has_a_parent() -> None:
    rows = listed(additions(replace(school(), root=None)))
    assert [row.parent for row in rows] == [None, None, None]


def test_a_host_that_only_answers_pings_is_not_asked_by_snmp() -> None:
    (item,) = listed(additions(Network((), [Found("10.31.0.8")], draw([]), None)))
    assert (item.snmp, item.kind, item.id) == ("none", Kind.GENERIC, "eq-10-31-0-8")


@pytest.mark.parametrize("serial", ["", "0", "00000000", "N/A", "x" * 60])
def test_a_serial_that_tells_nothing_leaves_it_to_the_mac(serial: str) -> None:
    assert stable_id(found(switch(1), serial=serial)) == "sw-001e58000001"


def test_a_serial_that_two_devices_share_names_neither() -> None:
    twins = [found(switch(at), serial="ABC12345") for at in (1, 2)]
    network = Network((), twins, draw([one.around for one in twins]), None)
    assert [item.id for item in listed(additions(network))] == [
        "sw-001e58000001",
        "sw-001e58000002",
    ]


def test_names_are_quoted_whatever_they_hold() -> None:
    odd = replace(switch(1), name='salle "B12"\\\x07\n[[equipment]] é')
    (item,) = listed(additions(Network((), [found(odd)], draw([odd]), None)))
    assert item.name == 'salle "B12"\\ [[equipment]] é'
    assert item.address == address(1)


def test_equipment_in_one_line_cannot_be_added_to() -> None:
    text = 'equipment = [{id = "a", kind = "switch", name = "A", address = "10.31.0.9"}]\n'
    with pytest.raises(ValueError, match=r"write each as a table \[\[equipment\]\]"):
        check(propose(school(), text, listed(text)))
