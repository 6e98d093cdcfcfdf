"""Any tree of switches that announce nothing is found again from what they have learnt."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.graph import parents
from numlycee_agent.discovery.position import Position, root
from numlycee_agent.discovery.records import Surroundings
from tests.agent.discovery.school import AGENT, host, mac, switch
from tests.proof import examples

TREES = st.lists(st.integers(0, 1000), min_size=1, max_size=9).map(
    lambda picks: {at + 2: pick % (at + 1) + 1 for at, pick in enumerate(picks)}
)
"""The switch above each; the agent is plugged in switch 1."""


def way(above: dict[int, int], one: int) -> list[int]:
    """From a switch up to the first."""
    return [one, *way(above, above[one])] if one in above else [one]


def school(above: dict[int, int], *, everybody: bool) -> list[Surroundings]:
    """A printer on each switch; all have talked to the agent, or `everybody` to everybody."""
    switches = [1, *above]
    devices = []
    for here in switches:
        learnt = {AGENT: f"to{above.get(here, 0)}"}
        for other in switches:
            path = way(above, other)
            if here in path:
                below = path[path.index(here) - 1] if here != other else None
                learnt[mac(100 + other)] = f"to{below}" if below else "printer"
                if below:
                    learnt[mac(other)] = f"to{below}"
            elif everybody:
                learnt |= dict.fromkeys((mac(other), mac(100 + other)), f"to{above[here]}")
        devices.append(replace(switch(here), learnt=learnt))
    return [*devices, *(host(100 + one) for one in switches)]


@pytest.mark.parametrize("everybody", [True, False])
@settings(max_examples=examples(60))
@given(above=TREES)
def test_the_tree_is_found_again(above: dict[int, int], everybody: bool) -> None:  # noqa: FBT001
    devices = school(above, everybody=everybody)
    agent = frozenset({AGENT})
    graph = draw(devices, agent)
    assert root(Position(agent), devices, graph) == mac(1)
    printers = {mac(100 + one): mac(one) for one in (1, *above)}
    assert parents(graph, mac(1)) == {mac(at): mac(up) for at, up in above.items()} | printers
