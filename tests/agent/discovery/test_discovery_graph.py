"""Links confirmed or one-sided, whatever the protocol; what hangs from what."""

from random import Random

import pytest

from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.graph import Edge, Graph, natural, parents, parents_among
from numlycee_agent.discovery.position import Position, root
from numlycee_agent.discovery.records import Protocol, Surroundings
from tests.agent.discovery.school import AGENT, address, host, mac, says, switch


def links(graph: Graph) -> list[str]:
    return [_spelt(edge) for edge in graph.edges]


def _spelt(edge: Edge) -> str:
    arrow = "=" if edge.confirmed else ">"
    ends = [
        f"{end.node.removeprefix('00:1e:58:00:00:')}.{end.port}" for end in (edge.one, edge.other)
    ]
    return arrow.join(ends)


def test_a_link_told_by_both_ends_is_confirmed_with_both_ports() -> None:
    graph = draw([switch(1, says("p2", 2, "p7")), switch(2, says("p7", 1, "p2"))])
    assert links(graph) == ["01.p2=02.p7"]


def test_a_link_told_by_one_end_is_one_sided() -> None:
    assert links(draw([switch(1, says("p2", 2, "p7")), switch(2)])) == ["01.p2>02.p7"]


def test_ends_that_contradict_each_other_are_not_confirmed() -> None:
    graph = draw([switch(1, says("p2", 2, "p7")), switch(2, says("p7", 1, "p3"))])
    assert links(graph) == ["01.p2>02.p7", "02.p7>01.p3"]


def test_a_port_that_cannot_be_told_contradicts_nothing() -> None:
    graph = draw([switch(1, says("p2", 2, "00:00:00:00:00:ff")), switch(2, says("p7", 1))])
    assert links(graph) == ["01.p2=02.p7"]


def test_a_description_tells_the_port() -> None:
    text = "D-Link DGS-3627G R3.00.B47 Port 7 on Unit 1"
    assert links(draw([switch(1, says("p2", 2, text)), switch(2)])) == ["01.p2>02.p7"]


def test_parallel_links_find_their_own_ends() -> None:
    one = switch(1, says("p1", 2, "p4"), says("p2", 2, "p3"))
    other = switch(2, says("p3", 1), says("p4", 1))
    assert links(draw([one, other])) == ["01.p1=02.p4", "01.p2=02.p3"]


def test_two_protocols_tell_of_one_link() -> None:
    cdp = says("p2", "sw2.lycee.fr", "p7", protocol=Protocol.CDP, address=address(2))
    graph = draw([switch(1, says("p2", 2, "p7"), cdp), switch(2, says("p7", 1, "p2"))])
    assert links(graph) == ["01.p2=02.p7"]
    (edge,) = graph.edges
    assert edge.protocols == {Protocol.LLDP, Protocol.CDP}


def test_the_surer_of_two_words_about_one_link_counts() -> None:
    vague = says("p2", "?", protocol=Protocol.CDP, address=address(2))
    graph = draw([switch(1, vague, says("p2", 2, "p7")), switch(2)])
    assert links(graph) == ["01.p2>02.p7"]
    (edge,) = graph.edges
    assert edge.protocols == {Protocol.LLDP, Protocol.CDP}


def test_a_device_that_hears_itself_has_no_link() -> None:
    assert links(draw([switch(1, says("p1", 1), says("p2", 1))])) == []


def test_two_neighbours_on_one_port_are_two() -> None:
    told = [says("p1", 7, protocol=protocol) for protocol in (Protocol.LLDP, Protocol.CDP)]
    assert links(draw([switch(1, *told, says("p1", 8))])) == ["01.p1>07.", "01.p1>08."]


def test_a_neighbour_is_known_by_its_address_or_its_only_name() -> None:
    by_address = says("p1", "?", address=address(2))
    assert links(draw([switch(1, by_address), switch(2)])) == ["01.p1>02."]
    assert links(draw([switch(1, says("p1", "SW2")), switch(2)])) == ["01.p1>02."]


def test_a_name_that_two_devices_share_names_neither() -> None:
    twins = [Surroundings(mac(at), frozenset({mac(at)}), name="Switch") for at in (2, 3)]
    graph = draw([switch(1, says("p1", "Switch"), says("p2", "Switch")), *twins])
    strangers = [key for key, node in graph.nodes.items() if not node.known]
    assert strangers == [f"Switch@{mac(1)}:p1", f"Switch@{mac(1)}:p2"]


def test_two_strangers_with_one_address_stay_two() -> None:
    told = [says(f"p{at}", at, address="10.31.0.99") for at in (7, 8)]
    graph = draw([switch(1, *told)])
    assert links(graph) == ["01.p7>07.", "01.p8>08."]


def test_switches_that_announce_nothing_are_linked_by_what_they_learnt() -> None:
    # 1 ── 2 ── 3 in a row, each having learnt the two others.
    one = switch(1, n2="p1", n3="p1")
    middle = switch(2, n1="p1", n3="p2")
    last = switch(3, n1="p1", n2="p1")
    assert links(draw([one, middle, last])) == ["01.p1=02.p1", "02.p2=03.p1"]


def test_switches_to_which_only_the_agent_talks_are_placed_by_the_way_to_it() -> None:
    # agent ── 1 ── 2 ── 3: no switch has learnt one that is nearer to the agent.
    one = switch(1, agent="p9", n2="p1", n3="p1")
    middle = switch(2, agent="p1", n3="p2")
    last = switch(3, agent="p1")
    graph = draw([one, middle, last], frozenset({AGENT}))
    assert links(graph) == ["01.p1>02.p1", "02.p2>03.p1"]
    assert root(Position(frozenset({AGENT})), [one, middle, last], graph) == mac(1)


def test_a_way_to_the_agent_that_a_link_explains_is_not_doubled() -> None:
    one = switch(1, says("p1", 2, "p1"), agent="p9", n2="p1")
    other = switch(2, says("p1", 1, "p1"), agent="p1")
    assert links(draw([one, other], frozenset({AGENT}))) == ["01.p1=02.p1"]


def test_a_host_hangs_from_the_port_with_the_fewest_addresses() -> None:
    one = switch(1, says("p1", 2, "p1"), n2="p1", n50="p1", n51="p1")
    other = switch(2, says("p1", 1, "p1"), n1="p1", n50="p5", n51="p6")
    assert "02.p5>32." in links(draw([one, other, host(50)]))


def test_the_order_in_which_devices_answer_changes_nothing() -> None:
    devices = [
        switch(1, says("p1", 2, "p1"), says("p2", 3), says("p3", "x"), n2="p1", n50="p3"),
        switch(2, says("p1", 1, "p1"), n1="p1", n50="p1"),
        switch(3, n1="p2"),
        host(50),
    ]
    whole = draw(devices)
    for seed in range(20):
        Random(seed).shuffle(devices)
        assert draw(devices) == whole


def test_parents_are_the_shortest_way_from_the_root() -> None:
    ring = [
        switch(1, says("p1", 2), says("p2", 3)),
        switch(2, says("p1", 1), says("p2", 4)),
        switch(3, says("p1", 1), says("p2", 4)),
        switch(4, says("p1", 2), says("p2", 3)),
    ]
    graph = draw(ring)
    assert parents(graph, mac(1)) == {mac(2): mac(1), mac(3): mac(1), mac(4): mac(2)}
    assert parents(graph, mac(4)) == {mac(2): mac(4), mac(3): mac(4), mac(1): mac(2)}
    assert parents(graph, "elsewhere") == {}


def test_what_cannot_be_asked_in_between_is_passed_over() -> None:
    graph = draw([switch(1, says("p1", 77)), switch(2, says("p4", 77))])
    assert parents(graph, mac(1))[mac(2)] == mac(77)
    assert parents_among(graph, mac(1), {mac(1), mac(2)}) == {mac(2): mac(1)}


def test_the_agent_hangs_from_the_port_that_it_is_plugged_in() -> None:
    one = switch(1, says("p1", 2, "p1"), n2="p1", agent="p1")
    other = switch(2, says("p1", 1, "p1"), n1="p1", agent="p8")
    graph = draw([one, other])
    assert root(Position(frozenset({AGENT})), [one, other], graph) == mac(2)


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (Position(gateway=address(1)), mac(1)),
        (Position(gateway="10.31.0.254", spoken=(("10.31.0.254", mac(50)),)), mac(2)),
        (Position(), None),
    ],
)
def test_without_it_the_gateway_tells(position: Position, expected: str | None) -> None:
    devices = [switch(1, n2="p1"), switch(2, n1="p1", n50="p5")]
    assert root(position, devices, draw(devices)) == expected


def test_ports_sort_as_people_count() -> None:
    assert sorted(["1/10", "1/2", "A1", "2/1"], key=natural) == ["1/2", "1/10", "2/1", "A1"]
