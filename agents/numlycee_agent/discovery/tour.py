"""A tour of the inventory: each device in turn is asked who it is, whom it sees and has met."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from numlycee.clock import Clock
from numlycee_agent.discovery.neighbours import read_learnt, read_surroundings
from numlycee_agent.discovery.position import Position
from numlycee_agent.discovery.records import Surroundings
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import SnmpError

LONGEST = 300.0
"""Seconds over which the devices of a site are asked, at most."""
PAUSE = 2.0
"""Seconds between two devices, at most."""


async def tour(
    clients: Mapping[str, SnmpClient],
    addresses: Mapping[str, str],
    position: Position,
    clock: Clock,
) -> dict[str, Surroundings]:
    """Return what the devices that answer tell, by id; one is asked at a time, none in a hurry.

    `clients` and `addresses` are by id. Of the forwarding tables only the MACs of the devices and
    of the agent are kept: a lycée's others are nobody's business here.
    """
    pause = min(PAUSE, LONGEST / (2 * len(addresses) or 1))
    found = {}
    for name, address in addresses.items():
        if around := await _stand(clients.get(name), address, position):
            found[name] = around
        await clock.sleep(pause)
    wanted = position.macs.union(*(it.macs for it in found.values()))
    wanted |= {position.mac_of(position.gateway)}
    for name, around in found.items():
        if name in clients and len([*around.ports]) > 1:
            learnt = await read_learnt(clients[name], around.ports)
            found[name] = _only(around, learnt, wanted)
            await clock.sleep(pause)
    return found


async def _stand(
    client: SnmpClient | None, address: str, position: Position
) -> Surroundings | None:
    """Return where a device stands; what is not asked by SNMP is known by the MAC that was met."""
    if client is None:
        met = position.mac_of(address)
        return Surroundings(met, frozenset({met}), frozenset({address})) if met else None
    try:
        await client.get([SYS_UPTIME])
    except SnmpError:
        return None
    around = await read_surroundings(client, learnt=False)
    return replace(around, addresses=around.addresses | {address})


def _only(around: Surroundings, learnt: Mapping[str, str], wanted: frozenset[str]) -> Surroundings:
    kept = {mac: port for mac, port in learnt.items() if mac in wanted}
    return replace(around, learnt=kept, crowd=Counter(learnt.values()))
