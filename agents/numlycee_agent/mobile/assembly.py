"""The counting of mobile devices, whole: from the configuration to what is read and told."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from numlycee.clock import Clock
from numlycee.settings import SettingsError
from numlycee_agent.config import DEFAULT_SNMP, Config, Equipment
from numlycee_agent.config.mobile import Mobile
from numlycee_agent.mobile.counting import Counting
from numlycee_agent.mobile.hashing import Hasher, read_key
from numlycee_agent.mobile.leases import LeaseFile
from numlycee_agent.mobile.ports import Source
from numlycee_agent.mobile.sightings import Sightings
from numlycee_agent.mobile.stations import SnmpTables
from numlycee_agent.snmp.credentials import Target
from numlycee_agent.snmp.engines import Engines
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.values import SnmpError
from numlycee_agent.spool.disk import Disk

TIMEOUTS = (2.0, 3.0)
"""Seconds: a long table is worth more patience than a state."""


def sightings(
    config: Config, mobile: Mobile, clock: Clock, dated: Callable[[], bool], engines: Engines
) -> Sightings:
    """Return what reads and counts; raises `SettingsError` for what cannot be."""
    count = counting(config.mobile_folder, mobile, dated)
    sources = dict(_tables(config, mobile, engines))
    for i, leases in enumerate(mobile.leases, 1):
        sources[f"leases {i}"] = LeaseFile(leases, count.days)
    return Sightings(count, sources, clock, mobile.period)


def counting(folder: Path, mobile: Mobile, dated: Callable[[], bool] = lambda: True) -> Counting:
    """Return the counts as they are kept in a folder; raises `SettingsError`."""
    return Counting(mobile, folder, Hasher(read_key(mobile.key_file)), Disk(), dated)


def _tables(config: Config, mobile: Mobile, engines: Engines) -> Iterator[tuple[str, Source]]:
    known = {item.id: item for item in config.equipment}
    for source, names in mobile.sources().items():
        for name in names:
            yield f"{source} {name}", SnmpTables(_client(known, name, config, engines), source)


def _client(
    known: Mapping[str, Equipment], name: str, config: Config, engines: Engines
) -> SnmpClient:
    """Open a client of its own: a long table must not hold back the observation of its device."""
    item = known[name]
    access = config.snmp[item.snmp or DEFAULT_SNMP]
    target = Target(item.address, access.port, TIMEOUTS)
    try:
        return engines.open_client(target, access.credentials())
    except SnmpError as error:
        raise SettingsError(f"mobile: {name!r}: {error}") from error
