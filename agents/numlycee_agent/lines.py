"""From the configuration to the lines of a link, read by SNMP beside its observations."""

from collections.abc import Callable

from numlycee.settings import SettingsError
from numlycee_agent.build import SNMP_TIMEOUTS, Means
from numlycee_agent.config import DEFAULT_SNMP, Config, Port, Wan
from numlycee_agent.probes.wan import AccessLines, Capacity, Line
from numlycee_agent.probes.wan_port import WanPort
from numlycee_agent.snmp.credentials import Target
from numlycee_agent.snmp.ports import SnmpClient
from numlycee_agent.snmp.values import SnmpError

_MEGA = 1e6


def access_lines(main: Wan, backup: Port | None, config: Config, means: Means) -> AccessLines:
    """Return the lines of the access; raises `SettingsError` for an access that cannot be had."""
    of_main = _client(main, config, means)
    second = None
    if backup:
        elsewhere = backup.equipment or backup.address
        of_backup = _client(backup, config, means) if elsewhere else of_main
        second = _line(backup, of_backup, config, means)
    capacity = Capacity(
        main.down_megabits and main.down_megabits * _MEGA,
        main.up_megabits and main.up_megabits * _MEGA,
        main.saturation_ratio,
        main.saturation_minutes * 60,
    )
    return AccessLines(_line(main, of_main, config, means), means.clock, capacity, second)


def _line(port: Port, client: Callable[[], SnmpClient], config: Config, means: Means) -> Line:
    reader = WanPort(client, means.clock, name=port.interface, index=port.index)
    return Line(reader, means.clock, config.periods.snmp)


def _client(port: Port, config: Config, means: Means) -> Callable[[], SnmpClient]:
    """Return what gives the client of a line's device: a watched equipment has its own already."""
    if port.equipment:
        return lambda: means.clients[port.equipment]
    access = config.snmp[port.snmp or DEFAULT_SNMP]
    try:
        client = means.engines.open_client(
            Target(port.address, access.port, SNMP_TIMEOUTS), access.credentials()
        )
    except SnmpError as error:
        raise SettingsError(f"link: {port.address}: {error}") from error
    return lambda: client
