"""A tour of the inventory: each device in turn is asked who it is, whom it sees and has met."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from numlycee.clock import Clock
from numlycee_agent.config import Equipment
from numlycee_agent.discovery.neighbours import read_learnt, read_surroundings
from numlycee_agent.discovery.position import Position
from numlycee_agent.discovery.records import Surroundings
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.uptime import SYS_UPTIME
from numlycee_agent.snmp.values import SnmpError

Ask = Callable[[Equipment], SnmpClient | None]

LONGEST = 300.0
"""Seconds over which the devices of a site are asked, at most."""
PAUSE = 2.0
"""Seconds between two devices, at most."""


async def tour(
    equipment: Sequence[Equipment],
    ask: Ask,
    position: Position,
    clock: Clock,
) -> dict[str, Surroundings]:
    """Return what the devices that answer tell, by id; one is asked at a time, none in a hurry.

    `ask` opens a client of its own, closed at once: what a client remembers of long tables to read
    them faster is not worth its memory from one hour to the next. Of the forwarding tables only the
    MACs of the devices and of the agent are kept: a lycée's others are nobody's business here.
    """
    pause = min(PAUSE, LONGEST / (2 * len(equipment) or 1))
    found = {}
    for item in equipment:
        with _opened(ask, item) as client:
            if around := await _stand(client, item.address, position):
                found[item.id] = around
        await clock.sleep(pause)
    wanted = position.macs.union(*(it.macs for it in found.values()))
    wanted |= {position.mac_of(position.gateway)}
    for item in equipment:
        around = found.get(item.id)
        if around and len([*around.ports]) > 1:
            with _opened(ask, item) as client:
                learnt = await read_learnt(client, around.ports) if client else {}
            found[item.id] = _only(around, learnt, wanted)
            await clock.sleep(pause)
    return found


@contextmanager
def _opened(ask: Ask, item: Equipment) -> Iterator[SnmpClient | None]:
    client = ask(item)
    try:
        yield client
    finally:
        if client is not None:
            client.close()


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
