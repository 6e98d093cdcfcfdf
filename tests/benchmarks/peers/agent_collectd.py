"""collectd with its snmp plugin, bulk requests on, writing nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks._lycee import AUTH_KEY, COMMUNITY, PRIV_KEY, USER, Device, Places, devices
from tests.benchmarks.peers.agent_peer import (
    COLUMNS,
    PORTS_EVERY,
    STATE_EVERY,
    UPTIME,
    has_ports,
)
from tests.benchmarks.peers.peer import installed
from tests.external.servers import Server

HEAD = """
Hostname "lycee"
FQDNLookup false
BaseDir "{folder}"
PIDFile "{folder}/collectd.pid"
TypesDB "/usr/share/collectd/types.db"
Interval 30
ReadThreads 8
LoadPlugin logfile
LoadPlugin snmp
<Plugin logfile>
  LogLevel "warning"
  File "{folder}/collectd.warnings"
</Plugin>
<Plugin snmp>
<Data "uptime">
  Type "uptime"
  Table false
  Values "{uptime}"
</Data>
"""
COLUMN = """
<Data "{name}">
  Type "gauge"
  TypeInstancePrefix "{name}-"
  Table true
  Values "{oid}"
</Data>
"""
PLAIN = f'Version 2\nCommunity "{COMMUNITY}"\nBulkSize 25'
SECURED = f"""Version 3
SecurityLevel "authPriv"
Username "{USER}"
AuthProtocol "SHA"
AuthPassphrase "{AUTH_KEY}"
PrivacyProtocol "AES"
PrivacyPassphrase "{PRIV_KEY}"
BulkSize 25"""


class Collectd(Server):
    """A collectd, which opens no port: it is ready once its plugins are."""

    def ready(self) -> bool:
        """Tell whether the last plugin is loaded."""
        return '"snmp" successfully loaded' in self.log


@contextmanager
def collectd(folder: Path, places: Places) -> Iterator[int]:
    """Run a collectd that asks every device, and yield its process."""
    program = installed("collectd", "collectd-core")
    text = HEAD.format(folder=folder, uptime=UPTIME)
    text += "".join(COLUMN.format(name=name, oid=oid) for name, oid in COLUMNS.items())
    for device in devices():
        text += _host(device, places, '"uptime"', STATE_EVERY)
        if has_ports(device):
            text += _host(device, places, " ".join(f'"{name}"' for name in COLUMNS), PORTS_EVERY)
    path = folder / "collectd.conf"
    path.write_text(text + "</Plugin>\n")
    server = Collectd("collectd", (program, "-f", "-C", str(path)), folder, 0)
    server.start()
    try:
        yield server.pid
    finally:
        server.stop()


def _host(device: Device, places: Places, what: str, every: int) -> str:
    access = SECURED if device.secured else PLAIN
    return (
        f'<Host "{device.id}-{every}">\nAddress "{device.address}:{places.snmp}"\n{access}\n'
        f"Collect {what}\nInterval {every}\n</Host>\n"
    )
