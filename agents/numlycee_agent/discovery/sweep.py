"""Sweeping subnets: every address is asked, so many at a time, and who answers is described."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from numlycee.clock import Clock
from numlycee_agent.build import REACH_TIMEOUT, SNMP_TIMEOUTS, Means
from numlycee_agent.config.discovery import MOST_ADDRESSES
from numlycee_agent.discovery.neighbours import read_surroundings
from numlycee_agent.discovery.records import Surroundings
from numlycee_agent.probes.icmp import PingTarget
from numlycee_agent.snmp.credentials import Credentials, Target
from numlycee_agent.snmp.identity import Identity, identify
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.values import SnmpError

AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Found:
    """A host that answered; without an identity it answers to pings only.

    `access` names the SNMP access that it accepts.
    """

    address: str
    identity: Identity | None = None
    access: str = ""
    around: Surroundings = field(default_factory=Surroundings)


@dataclass(frozen=True, slots=True)
class Access:
    """An SNMP access to try: its name in the configuration, its port, who we are."""

    name: str
    credentials: Credentials
    port: int = 161


Look = Callable[[str], Awaitable[Found | None]]


def addresses(subnets: Iterable[str]) -> list[str]:
    """Return every host of the subnets (or single addresses), each once and in order.

    Raises `ValueError` for what is no subnet, or when there are more than `MOST_ADDRESSES`.
    """
    networks = [_network(spelt) for spelt in subnets]
    count = sum(network.num_addresses for network in networks)
    if count > MOST_ADDRESSES:
        raise ValueError(f"{count} addresses are too many: sweep {MOST_ADDRESSES} at most at once")
    hosts = {host for network in networks for host in network.hosts()}
    return [str(host) for host in sorted(hosts, key=lambda host: (host.version, int(host)))]


async def sweep(
    hosts: Sequence[str], look: Look, passed: Callable[[], None], at_once: int = AT_ONCE
) -> list[Found]:
    """Look at every host, `at_once` at a time, and return who answered, each device once.

    `passed` is called after each address.
    """
    found: list[Found] = []
    waiting: Iterator[str] = iter(hosts)

    async def work() -> None:
        for host in waiting:
            if one := await look(host):
                found.append(one)
            passed()

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_once, len(hosts))):
            group.create_task(work())
    return unique(found)


def unique(found: Iterable[Found]) -> list[Found]:
    """Return each device once, under its lowest address: a router is met at every door."""
    kept: dict[str, Found] = {}
    owners: dict[str, str] = {}
    for one in sorted(found, key=lambda one: (one.identity is None, place(one.address))):
        key = one.around.chassis or owners.get(one.address) or one.address
        before = kept.get(key, one)
        addresses = before.around.addresses | one.around.addresses
        kept[key] = replace(before, around=replace(before.around, addresses=addresses))
        owners |= {address: owners.get(address, key) for address in addresses}
    return sorted(kept.values(), key=lambda one: place(one.address))


def place(address: str) -> tuple[int, int]:
    """Return what to sort addresses by: 10.31.0.9 before 10.31.0.10."""
    host = ip_address(address)
    return host.version, int(host)


class Explorer:
    """Looks at one address: a ping and every SNMP access in turn, then identity and neighbours.

    A host that answers no ping is asked with the first access only: some do not answer pings.
    `spoken` maps addresses to the MACs that this machine has met. `learnt` asks for the long tables
    of forwarding too.
    """

    def __init__(
        self,
        means: Means,
        clock: Clock,
        accesses: Sequence[Access],
        spoken: Callable[[], Mapping[str, str]] = dict,
        *,
        learnt: bool = True,
    ) -> None:
        self._means = means
        self._clock = clock
        self._accesses = accesses
        self._spoken = spoken
        self._learnt = learnt

    async def look(self, address: str) -> Found | None:
        """Return what stands at an address, or `None` where nothing answers."""
        ping = await PingTarget(self._means.pinger, address, self._clock, REACH_TIMEOUT).attempt()
        silent = ping.is_evidence and not ping.answered
        for access in self._accesses[: 1 if silent else None]:
            try:
                return await self._describe(address, access)
            except SnmpError:
                continue
        if not ping.answered:
            return None
        met = self._spoken().get(address, "")
        around = Surroundings(met, frozenset({met} - {""}), frozenset({address}))
        return Found(address, around=around)

    async def _describe(self, address: str, access: Access) -> Found:
        target = Target(address, access.port, SNMP_TIMEOUTS)
        client = self._means.engines.open_client(target, access.credentials)
        try:
            return await describe(client, address, access.name, learnt=self._learnt)
        finally:
            client.close()


async def describe(client: SnmpClient, address: str, access: str, *, learnt: bool = True) -> Found:
    """Return who a device is and where it stands; `SnmpError` when it does not answer."""
    identity = await identify(client)
    around = await read_surroundings(client, learnt=learnt)
    around = replace(around, addresses=around.addresses | {address})
    return Found(address, identity, access, around)


def _network(spelt: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(spelt, strict=False)
    except ValueError as error:
        raise ValueError(f"{spelt!r} is not a subnet: write 10.31.0.0/24 or 10.31.0.2") from error
