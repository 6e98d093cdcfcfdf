"""Every address is looked at, so many at a time, and each device is found once."""

from collections.abc import Generator
from dataclasses import replace

import pytest

from numlycee_agent.build import Means
from numlycee_agent.discovery.sweep import AT_ONCE, Explorer, Found, addresses, sweep, unique
from numlycee_agent.probes.icmp import Pinger
from tests.agent.discovery.school import address, found, host, mac, switch
from tests.agent.snmp.pretend import PretendClock


class Turn:
    """Lets the others go on."""

    def __await__(self) -> Generator[None, None, None]:
        yield


def test_subnets_give_their_hosts_once_and_in_order() -> None:
    given = addresses(["10.31.0.8/30", "10.31.0.2", "10.31.0.10"])
    assert given == ["10.31.0.2", "10.31.0.9", "10.31.0.10"]


@pytest.mark.parametrize(
    ("subnets", "told"),
    [
        (["10.31.0.0/40"], "'10.31.0.0/40' is not a subnet: write 10.31.0.0/24"),
        (["routeur"], "'routeur' is not a subnet"),
        (["10.0.0.0/8"], "16777216 addresses are too many"),
        (["10.31.0.0/20", "10.32.0.1"], "4097 addresses are too many"),
    ],
)
def test_what_cannot_be_swept_is_refused(subnets: list[str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        addresses(subnets)


async def test_a_sweep_is_bounded_and_counts_every_address() -> None:
    at_work = most = passed = 0

    async def look(host: str) -> Found | None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        for _ in range(3):
            await Turn()
        at_work -= 1
        return Found(host) if host.endswith("7") else None

    def count() -> None:
        nonlocal passed
        passed += 1

    hosts = addresses(["10.31.0.0/24"])
    seen = await sweep(hosts, look, count)
    assert passed == len(hosts) == 254
    assert most == AT_ONCE
    assert [one.address for one in seen] == [host for host in hosts if host.endswith("7")]


def test_a_router_met_at_two_doors_is_one() -> None:
    router = switch(1)
    doors = [replace(router, addresses=frozenset({at})) for at in ("10.31.0.1", "10.32.0.1")]
    (one,) = unique(found(door) for door in reversed(doors))
    assert one.address == "10.31.0.1"
    assert one.around.addresses == {"10.31.0.1", "10.32.0.1"}


def test_an_address_that_a_device_owns_is_no_other_host() -> None:
    router = replace(switch(3), addresses=frozenset({address(3), address(1)}))
    assert [one.address for one in unique([Found(address(1)), found(router), found(host(2))])] == [
        address(1),
        address(2),
    ]


class Echo(Pinger):
    """Answers for one address only, without a socket."""

    async def ping(self, address: str, timeout: float = 0.7) -> float | None:  # noqa: ASYNC109
        return 0.001 if address == "10.31.0.8" else None


async def test_a_host_that_only_answers_pings_is_named_by_the_mac_that_was_met() -> None:
    clock = PretendClock()
    means = Means(clock)
    means.pinger = Echo(clock)
    explorer = Explorer(means, clock, [], lambda: {"10.31.0.8": mac(8)})
    assert await explorer.look("10.31.0.9") is None
    one = await explorer.look("10.31.0.8")
    assert one is not None
    assert (one.identity, one.around.key) == (None, mac(8))
    assert one.around.addresses == {"10.31.0.8"}
