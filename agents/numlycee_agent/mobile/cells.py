"""Where each device stands on a day of school, from the list and from what is remembered of it."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from numlycee.domain.devices import Cell
from numlycee_agent.config.mobile import Fitness
from numlycee_agent.mobile.listing import Device
from numlycee_agent.mobile.memory import Fault, Memory
from numlycee_agent.mobile.ports import Beacon
from numlycee_agent.mobile.states import GONE, Standing


def standing(devices: Iterable[Device], memory: Memory, day: date, recent: int) -> Iterator[Cell]:
    """Yield the cell of each device that is counted, seen or not in `recent` days of school."""
    since = _since(memory, day, recent)
    ent_opens = _ent_opens(memory)
    for device in devices:
        if device.standing in GONE:
            continue
        seen = memory.seen.get(device.name)
        found = memory.faults.get(device.name, frozenset())
        ails = device.standing is Standing.NON_COMPLIANT or bool(
            found if ent_opens else found - {Fault.ENT}
        )
        yield _cell(device.standing, seen, since, day, ails=ails)


def _cell(word: Standing, seen: date | None, since: date, day: date, *, ails: bool) -> Cell:
    if word is Standing.REPAIR:
        return Cell.REPAIR
    if seen is None:
        return Cell.NEVER_SEEN
    if seen < since:
        return Cell.IDLE
    if ails:
        return Cell.NON_COMPLIANT_SEEN if seen >= day else Cell.NON_COMPLIANT_AWAY
    return Cell.SERVICEABLE_SEEN if seen >= day else Cell.SERVICEABLE_AWAY


def _since(memory: Memory, day: date, recent: int) -> date:
    """Return the first of the last days of school, this one included."""
    days = [*(one for one in memory.days if one < day), day]
    return days[-recent] if len(days) >= recent else date.min


def _ent_opens(memory: Memory) -> bool:
    """Tell whether the ENT opens for half of the devices at least: else it accuses none."""
    told = memory.faults.values()
    return 2 * sum(Fault.ENT in found for found in told) <= len(told)


def faults(beacon: Beacon, fitness: Fitness) -> frozenset[Fault]:
    """Return what a device says against itself."""
    oldest = fitness.builds.get(beacon.system, "")
    found = {
        Fault.BATTERY: beacon.battery is not None and beacon.battery < fitness.battery,
        Fault.DISK: beacon.disk_free is not None and beacon.disk_free < fitness.disk_free,
        Fault.SENSORS: beacon.sensors > 0,
        Fault.BUILD: bool(beacon.build) and _numbers(beacon.build) < _numbers(oldest),
        Fault.ENT: beacon.ent is False,
    }
    return frozenset(fault for fault, there in found.items() if there)


def _numbers(build: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", build)))
