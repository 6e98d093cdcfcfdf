"""What a sweep means: a tree to look at, parents that excuse, accesses that must be usable."""

import pytest

from numlycee.domain.states import State
from numlycee.settings import SettingsError
from numlycee_agent.build import Means
from numlycee_agent.discovery.drawing import draw
from numlycee_agent.discovery.expedition import Order, Plan, check_accesses, report
from numlycee_agent.discovery.proposal import Ids, Network
from numlycee_agent.discovery.sweep import Access, Found
from numlycee_agent.discovery.tree import grow
from numlycee_agent.snmp.credentials import Usm
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.watching.watch import Watch
from tests.agent.discovery.school import address, found, host, mac, says, switch
from tests.agent.snmp.pretend import PretendClock
from tests.agent.virtual import NOON
from tests.agent.watching import FAILED, family, seen

DEVICES = [
    found(switch(1, says("p2", 2, "p7"), says("p3", 77), n2="p2", n50="p2")),
    found(switch(2, says("p7", 1, "p2"), n1="p7", n50="p5")),
    found(switch(3, says("p4", 77))),
    found(switch(4)),
    Found(address(50), around=host(50)),
]
NETWORK = Network(("10.31.0.0/24",), DEVICES, draw([one.around for one in DEVICES]), mac(1))


def test_a_network_is_drawn_from_where_the_agent_stands() -> None:
    told = [(branch.lead, branch.id) for branch in grow(NETWORK, Ids(NETWORK, ()))]
    assert told == [
        ("", "sw-001e58000001"),
        ("├─ p2 ═ ", "sw-001e58000002"),
        ("│  └─ p5 ─ ", "eq-001e58000032"),
        ("└─ … ", "sw-001e58000003"),
        ("", "sw-001e58000004"),
    ]


def test_what_hangs_from_a_fallen_switch_is_unreachable() -> None:
    ids = Ids(NETWORK, ())
    above = NETWORK.parents()
    names = [(ids.of(one.around.key) or "", one.around.key) for one in DEVICES]
    watch = Watch(family(*((name, ids.of(above.get(key))) for name, key in names)), NOON)
    fallen = [name for name, _ in names[1:2] + names[4:]]
    for name, _ in names:
        watch.note(name, seen(1))
    for instant in (11, 11.5, 12, 13):
        for name in reversed(fallen):
            watch.note(name, seen(instant, FAILED))
        watch.note(names[0][0], seen(instant + 0.2))
    states = {present.resource: present.state for present in watch.live()}
    assert states == {fallen[0]: State.DOWN, fallen[1]: State.UNREACHABLE}


def order(**more: object) -> Order:
    return Order(("10.31.0.0/24",), None, "public", 161, **more)  # type: ignore[arg-type]


def test_hosts_that_only_answer_pings_are_counted_and_proposed_when_asked() -> None:
    asked = report(Plan(order(), ["10.31.0.1"] * 254, []), DEVICES)
    assert asked.summary == (
        "254 adresses ; 4 équipements ; 4 propositions ; "
        "1 hôte au ping seulement (« --ping » les propose)."
    )
    assert report(Plan(order(with_pings=True), [], []), DEVICES).additions.count("[[eq") == 5


def test_the_root_that_is_told_must_have_answered() -> None:
    with pytest.raises(SettingsError, match=r"--root: 10.31.0.9 did not answer"):
        report(Plan(order(root="10.31.0.9"), [], []), DEVICES)


def test_an_access_that_no_library_can_use_is_refused() -> None:
    means = Means(PretendClock(), engines=Engines(lambda: False))
    plan = Plan(order(), [], [Access("default", Usm("numlycee", "a" * 8, "b" * 8))])
    with pytest.raises(SettingsError, match=r"\[snmp.default\]: SNMP v3 that is enciphered needs"):
        check_accesses(means, plan)
